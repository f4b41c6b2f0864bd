"""What ic_widget costs, in ratios to its peers and to the least that could do the job: ``make bench``."""
