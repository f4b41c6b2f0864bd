"""The widget in each of the boxes of ipywidgets, as cells of a notebook."""

from __future__ import annotations

HIDDEN = "hidden"
#: What is displayed, by what it shows; `one` is the list of apps, `two` a form.
BOXES = {
    "HBox": "HBox([one(), two()])",
    "HBox with a label": "HBox([two(), Label('beside it')])",
    "VBox": "VBox([one(), two()])",
    "Tab": "Tab([two(), one()])",
    "Accordion": "Accordion([two()], selected_index=0)",
    "GridBox": "GridBox([one(), two()], layout=Layout(grid_template_columns='repeat(2, 1fr)'))",
    "AppLayout": "AppLayout(left_sidebar=Label('left'), center=two(), right_sidebar=Label('right'))",
    "240 px": "HBox([one(Layout(width='240px')), two(Layout(width='240px'))])",
    "height": "two(Layout(height='150px'))",
    "display": "VBox([two(Layout(display='flex')), two(Layout(display='inline-block'))])",
    HIDDEN: "VBox([two(Layout(display='none')), Label('nothing above')])",
}
WIDGETS = """
from ipywidgets import *
def shown(layout, **keywords):
    w = ConnectWidget(engine, **keywords)
    if layout: w.layout = layout  # a layout shared by several would get each box's own place in the grid
    return w
def one(layout=None): return shown(layout)
def two(layout=None): return shown(layout, integration='stripe')
"""
