//! The keys that `press:` knows, by the names that are usual for them, and their code points in WebDriver.

use super::super::super::model::KeyPress;
use super::super::super::yaml::Text;
use super::super::Context;
use crate::diagnostic::{At, did_you_mean};

/// Keys that are held while another is pressed.
const HELD: &[(&str, char)] =
    &[("Control", '\u{e009}'), ("Ctrl", '\u{e009}'), ("Shift", '\u{e008}'), ("Alt", '\u{e00a}'), ("Meta", '\u{e03d}')];

/// Keys that are no letters or signs (WebDriver, section 17.4.2).
const NAMED: &[(&str, char)] = &[
    ("Enter", '\u{e007}'),
    ("Tab", '\u{e004}'),
    ("Escape", '\u{e00c}'),
    ("Backspace", '\u{e003}'),
    ("Delete", '\u{e017}'),
    ("Insert", '\u{e016}'),
    ("Home", '\u{e011}'),
    ("End", '\u{e010}'),
    ("PageUp", '\u{e00e}'),
    ("PageDown", '\u{e00f}'),
    ("ArrowUp", '\u{e013}'),
    ("ArrowDown", '\u{e015}'),
    ("ArrowLeft", '\u{e012}'),
    ("ArrowRight", '\u{e014}'),
    ("Space", ' '),
    ("F1", '\u{e031}'),
    ("F2", '\u{e032}'),
    ("F3", '\u{e033}'),
    ("F4", '\u{e034}'),
    ("F5", '\u{e035}'),
    ("F6", '\u{e036}'),
    ("F7", '\u{e037}'),
    ("F8", '\u{e038}'),
    ("F9", '\u{e039}'),
    ("F10", '\u{e03a}'),
    ("F11", '\u{e03b}'),
    ("F12", '\u{e03c}'),
];

/// What stands on German keyboards.
const GERMAN: &[(&str, &str)] = &[
    ("strg", "Control"),
    ("umschalt", "Shift"),
    ("eingabe", "Enter"),
    ("return", "Enter"),
    ("esc", "Escape"),
    ("entf", "Delete"),
    ("einfg", "Insert"),
    ("pos1", "Home"),
    ("ende", "End"),
    ("leertaste", "Space"),
    ("up", "ArrowUp"),
    ("down", "ArrowDown"),
    ("left", "ArrowLeft"),
    ("right", "ArrowRight"),
];

/// `Enter`, `a`, `Control+Shift+S`.
pub(super) fn key_press(context: &Context, text: &At<Text>) -> Option<KeyPress> {
    let written = text.value.0.clone();
    // The last `+` may be the key itself: `Control++`.
    let (held, key) = match written.char_indices().rev().find(|(at, sign)| *sign == '+' && at + 1 < written.len()) {
        Some((at, _)) if at > 0 => (written[..at].split('+').collect(), &written[at + 1..]),
        _ => (Vec::new(), written.as_str()),
    };
    let mut letters = key.chars();
    let key = match (letters.next(), letters.next()) {
        (Some(letter), None) => Some(letter),
        _ => of(NAMED, key).or_else(|| unknown(context, text, key, NAMED)),
    };
    let held: Option<Vec<char>> =
        held.into_iter().map(|name| of(HELD, name).or_else(|| unknown(context, text, name, HELD))).collect();
    Some(KeyPress { held: held?, key: key?, written })
}

fn of(table: &[(&str, char)], name: &str) -> Option<char> {
    table.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

fn unknown(context: &Context, text: &At<Text>, name: &str, table: &[(&str, char)]) -> Option<char> {
    let known: Vec<&str> = table.iter().map(|(known, _)| *known).collect();
    let german = GERMAN.iter().find(|(german, _)| *german == name.to_lowercase()).map(|(_, key)| *key);
    let help = match german.filter(|key| known.contains(key)).or_else(|| did_you_mean(name, known.iter().copied())) {
        Some(near) => format!("did you mean `{near}`?"),
        None if HELD.iter().any(|(held, _)| *held == name) => {
            format!("`{name}` is held while another key is pressed: `{name}+S`")
        }
        None => format!("the keys here are: {}; texts are entered by `type:`", known.join(", ")),
    };
    context.wrong(&text.span, format!("`{name}` is not a key"), help);
    None
}
