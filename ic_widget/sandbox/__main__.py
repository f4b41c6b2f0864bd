"""``python -m ic_widget.sandbox``"""

from .command import main

raise SystemExit(main())
