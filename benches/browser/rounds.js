// The rounds of the practice page with Playwright. The labels have no `for`, so the field is the one beside the label.
const { readFileSync } = require("node:fs");
const { chromium } = require("playwright-core");

(async () => {
  const [url, rows] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  for (const row of JSON.parse(readFileSync(rows))) {
    for (const [caption, text] of Object.entries(row)) {
      await page.locator(`label:text-is("${caption}") + input`).fill(text);
    }
    await page.getByRole("button", { name: "Absenden" }).click();
    await page.getByText(`${row["E-Mail"]} ist eingetragen`).waitFor();
  }
  await browser.close();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
