"""A person without a mouse: Tab to a control, then type."""

from __future__ import annotations

from playwright.sync_api import Keyboard, Locator

FOCUSED = "(element) => element === document.activeElement"
MOST_STOPS = 40


def reach(control: Locator) -> Keyboard:
    """Press Tab until `control` has the focus; returns the keyboard to go on with."""
    keyboard = control.page.keyboard
    control.wait_for()
    for _ in range(MOST_STOPS):
        if control.evaluate(FOCUSED):
            return keyboard
        keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


def type_into(control: Locator, text: str) -> None:
    """Reach `control` and type over what is in it."""
    keyboard = reach(control)
    keyboard.press("ControlOrMeta+A")
    keyboard.type(text)


def press(control: Locator, *keys: str) -> None:
    """Reach `control` and press keys."""
    keyboard = reach(control)
    for key in keys:
        keyboard.press(key)


def enter_notebook(control: Locator) -> None:
    """Put the focus on the notebook's active cell, as Esc does, with everything in `control` still ahead."""
    control.page.evaluate("() => jupyterapp.commands.execute('notebook:enter-command-mode')")
