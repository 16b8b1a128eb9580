//! The rounds of the practice page: who is to be entered, the ways to do it that are ours, and what the office's ledger
//! says of the time and the slips.

use std::fmt::Write;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Map, Value};

use super::Done;
use super::office::Office;
use super::program::eintrag;

/// The texts of a person, in the order of [`FIELDS`].
pub type Person = Vec<String>;

/// The captions of the page and the names in the ledger.
const FIELDS: [(&str, &str); 7] = [
    ("Vorname", "first_name"),
    ("Nachname", "last_name"),
    ("Firma", "company"),
    ("Funktion", "role"),
    ("Adresse", "address"),
    ("E-Mail", "email"),
    ("Telefon", "phone"),
];

/// All rounds in one script, inside of the page: there is no faster way to fill them in.
pub const ONE_SCRIPT: &str = r#"
const [rows, done] = arguments;
const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
const place = document.getElementById("practice");
const drawn = () => new Promise((resolve) => {
  new MutationObserver((_, observer) => { observer.disconnect(); resolve(); }).observe(place, { childList: true });
});
(async () => {
  place.querySelector("button").click();
  for (const row of rows) {
    for (const label of place.querySelectorAll("label")) {
      const input = label.nextElementSibling;
      set.call(input, row[label.textContent]);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const next = drawn();
    place.querySelector("input[type=submit]").click();
    await next;
  }
  done(true);
})();
"#;

/// The people of the office's own workbook.
pub async fn people(office: &Office) -> Done<Vec<Person>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let bytes = client.get(format!("{}/practice/personen.xlsx", office.url())).send().await?.bytes().await?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let range = book.worksheet_range("Personen")?;
    Ok(range.rows().skip(1).map(|row| row.iter().map(Data::to_string).collect()).collect())
}

/// The person of each round; they come in turn.
fn in_turn(people: &[Person], rounds: usize) -> impl Iterator<Item = &Person> {
    people.iter().cycle().take(rounds)
}

/// The rounds as objects by caption.
pub fn rows(people: &[Person], rounds: usize) -> Value {
    let row = |person: &Person| {
        let pairs = FIELDS.iter().zip(person);
        Value::Object(
            pairs.map(|((caption, _), text)| ((*caption).to_owned(), text.as_str().into())).collect::<Map<_, _>>(),
        )
    };
    in_turn(people, rounds).map(row).collect()
}

/// Enters the rounds with eintrag, through a driver that runs already where one is named.
pub fn enter(folder: &Path, office: &Office, people: &[Person], rounds: usize, driver: Option<&str>) -> Done<()> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut csv = format!("{}\n", FIELDS.map(|(caption, _)| caption).join(";"));
    for person in in_turn(people, rounds) {
        writeln!(csv, "{}", person.join(";"))?;
    }
    std::fs::write(folder.path().join("people.csv"), csv)?;
    std::fs::write(folder.path().join("recipe.yaml"), recipe(rounds, driver))?;
    eintrag(&["run", "recipe.yaml"], folder.path(), &[("PORTAL_URL", office.url())])?;
    Ok(())
}

/// The recipe. People come more than once, and each time counts.
fn recipe(rounds: usize, driver: Option<&str>) -> String {
    let mut fields = String::new();
    let mut fill = String::new();
    for (caption, name) in FIELDS {
        // Writing to a text cannot fail.
        let _ = writeln!(fields, "  {name}: {{ column: {caption}, required: true }}");
        let _ = writeln!(fill, "          {caption}: ${{{name}}}");
    }
    let driver = driver.map(|url| format!(", webdriver: '{url}'")).unwrap_or_default();
    format!(
        "recipe: rounds
source:
  csv: {{ file: people.csv, encoding: utf-8, delimiter: ';' }}
  locale: de
fields:
{fields}key: [email, occurrence]
targets:
  practice:
    browser: {{ url: '${{env.PORTAL_URL}}', stay: true{driver} }}
    login:
      logged_in: Absenden
      steps:
        - open: /practice?rounds={rounds}
        - click: Start
    steps:
      - fill:
{fill}      - submit: Absenden
      - expect: {{ text: '${{email}} ist eingetragen' }}
"
    )
}

/// The milliseconds from Start to the last submit, as the page says it; an error unless every field of every round is
/// right to the character.
pub fn elapsed(office: &Office, people: &[Person], rounds: usize) -> Done<f64> {
    let ledger = office.ledger()?;
    if ledger.len() != rounds {
        return Err(format!("{} of {rounds} rounds are in the ledger", ledger.len()).into());
    }
    for (entry, person) in ledger.iter().zip(in_turn(people, rounds)) {
        for ((caption, name), text) in FIELDS.iter().zip(person) {
            if entry["body"][name] != text.as_str() {
                return Err(format!("{caption} of {person:?} is {}", entry["body"][name]).into());
            }
        }
    }
    let last = ledger.last().and_then(|entry| entry["body"]["elapsed"].as_str()).ok_or("the last round has no time")?;
    Ok(last.parse()?)
}
