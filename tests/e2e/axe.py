"""What axe-core finds wrong with a page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

AUDIT = """async (only) => {
  // what came last has been measured and painted
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const options = only ? { runOnly: only } : { rules: { "target-size": { enabled: true } } };
  const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`));
}"""


def faults(page: Page) -> list[str]:
    """All rules on a light ground, contrast once more on a dark one. Leaves the page on its light ground."""
    # through the debugger: the pages' Content-Security-Policy forbids them scripts of others
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    page.emulate_media(color_scheme="light")
    found: list[str] = page.evaluate(AUDIT, None)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in page.evaluate(AUDIT, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return found
