/** Light or dark, where no attribute of the page says so: by the colour of the text around the widget. */

export function followTheme(element: HTMLElement): void {
  const { body } = element.ownerDocument;
  if (body.dataset.jpThemeLight || body.dataset.vscodeThemeKind) return;
  const [red = 0, green = 0, blue = 0] = (
    getComputedStyle(element.parentElement ?? body).color.match(/[\d.]+/g) ?? []
  ).map(Number);
  const lightText = 0.3 * red + 0.6 * green + 0.1 * blue > 128;
  element.style.colorScheme = lightText ? "dark" : "light";
}
