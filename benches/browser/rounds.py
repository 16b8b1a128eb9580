"""The rounds of the practice page with Selenium. The labels have no `for`, so the field is the one beside the label."""

import json
import sys

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.wait import WebDriverWait

url, rows = sys.argv[1:]
options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"]:
    options.add_argument(argument)
browser = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
wait = WebDriverWait(browser, 10, poll_frequency=0.01)
status = (By.CSS_SELECTOR, "[role=status]")
try:
    browser.get(url)
    browser.find_element(By.XPATH, "//button[text()='Start']").click()
    with open(rows, encoding="utf-8") as file:
        for row in json.load(file):
            for caption, text in row.items():
                browser.find_element(By.XPATH, f"//label[text()='{caption}']/following-sibling::input").send_keys(text)
            browser.find_element(By.CSS_SELECTOR, "input[type=submit]").click()
            wait.until(conditions.text_to_be_present_in_element(status, f"{row['E-Mail']} ist eingetragen"))
finally:
    browser.quit()
