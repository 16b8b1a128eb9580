//! Files that are made from the program: the JSON Schema, and the references beside the recipes. They are made again here
//! and must be what is checked in; with `UPDATE=1` in the environment they are written instead.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::desk::program;

/// Compares a file of the repository with what it should be, or writes it. Answers what to do where it is stale.
fn fresh(path: &str, wanted: &str) -> Result<(), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let found = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    if found == wanted {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(&file, wanted).map_err(|error| error.to_string());
    }
    Err(format!(
        "`{path}` is stale; make it again with `UPDATE=1 cargo test --test integration`, and look at what changed"
    ))
}

fn said(arguments: &[&str]) -> String {
    let output = program().args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("help is UTF-8").replace("\r\n", "\n")
}

#[test]
fn the_schema_is_fresh() {
    fresh("recipe.schema.json", &said(&["schema"])).unwrap();
}

#[test]
fn the_reference_of_expressions_is_fresh() {
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/expression/mod.rs")).unwrap();
    let language = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .skip_while(|line| *line != "# The language")
        .skip(1)
        .fold(String::new(), |text, line| text + line + "\n")
        .replace("[`METHODS`]", "the table below");
    assert!(language.contains("**Comparison**"), "the description of the language has moved");
    let text = format!(
        "<!-- Made by tests/generated.rs from src/expression. -->\n\n# Expressions\n\n\
         They stand in `${{…}}`, `check:`, `needs_approval:`, `value:` and `when:`.\n{language}\n\
         ## All methods\n\nArguments in `[…]` may be left out.\n\n{}",
        eintrag::expression::markdown()
    );
    fresh("recipes/EXPRESSIONS.md", &text).unwrap();
}

/// What stands above the table of terms.
const DOCUMENTS: &str = include_str!("generated/documents.md");

#[test]
fn the_terms_of_e_invoices_are_fresh() {
    let mut text =
        format!("<!-- The table is made by tests/generated.rs, the text stands in tests/generated. -->\n\n{DOCUMENTS}");
    text.push_str("| `path:` | or | is |\n|---|---|---|\n");
    for term in eintrag::recipe::model::TERMS {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", term.name, term.id, term.about);
    }
    text.push_str("| `credit_note` | | `true` for documents that give money back: credit notes of all kinds |\n");
    fresh("recipes/EINVOICE.md", &text).unwrap();
}

#[test]
fn the_reference_of_the_command_line_is_fresh() {
    let overview = said(&["--help"]);
    let verbs = overview
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|verb| !verb.is_empty() && *verb != "help");
    let mut text = format!("<!-- Made by tests/generated.rs. -->\n\n# The command line\n\n```text\n{overview}```\n");
    for verb in verbs {
        let _ = write!(text, "\n## eintrag {verb}\n\n```text\n{}```\n", own_part(&said(&[verb, "--help"])));
    }
    fresh("recipes/CLI.md", &text).unwrap();
}

/// The help of a command without the options of every command, which stand in the overview.
fn own_part(help: &str) -> String {
    let (own, _) = help.split_once("\nOptions of every command:").expect("they come last");
    own.to_owned()
}

#[test]
fn the_reference_of_recipes_is_fresh() {
    let schema = eintrag::recipe::schema();
    let mut text = "<!-- Made by tests/generated.rs from the JSON Schema. -->\n\n# Recipes: all keys\n".to_owned();
    section(&mut text, "A recipe", &schema);
    for (name, definition) in schema["$defs"].as_object().expect("the schema has definitions") {
        section(&mut text, &spaced(name), definition);
        if let Some(verbs) = definition["anyOf"].as_array() {
            steps(&mut text, &spaced(name), definition, verbs);
        }
    }
    fresh("recipes/REFERENCE.md", &text).unwrap();
}

/// A heading, what it is, and its keys or words in a table.
fn section(text: &mut String, heading: &str, definition: &Json) {
    let properties = definition["properties"].as_object();
    let words = definition["oneOf"].as_array().map(|all| all.iter().filter(|one| one.get("const").is_some()));
    if properties.is_none() && words.clone().is_none_or(|words| words.count() == 0) {
        return;
    }
    let _ = write!(text, "\n## {heading}\n\n{}\n\n", description(definition));
    if let Some(properties) = properties {
        text.push_str("| key | takes | is |\n|---|---|---|\n");
        for (name, property) in properties {
            let _ = writeln!(text, "| `{name}` | {} | {} |", takes(property), cell(&description(property)));
        }
    } else if let Some(words) = words {
        text.push_str("| word | means |\n|---|---|\n");
        for word in words {
            let _ = writeln!(text, "| `{}` | {} |", word["const"].as_str().unwrap_or("?"), cell(&description(word)));
        }
    }
}

/// Verbs with the keys that go with each, and these keys in a table of their own.
fn steps(text: &mut String, heading: &str, definition: &Json, verbs: &[Json]) {
    let _ = write!(text, "\n## {heading}\n\n{} It has one of these verbs.\n\n", description(definition));
    text.push_str("| verb | takes | is | goes with |\n|---|---|---|---|\n");
    let mut keys: Vec<(&String, &Json)> = Vec::new();
    for verb in verbs {
        let title = verb["title"].as_str().expect("a verb has a title");
        let properties = verb["properties"].as_object().expect("a verb has keys");
        let others: Vec<(&String, &Json)> = properties.iter().filter(|(key, _)| *key != title).collect();
        let names: Vec<String> = others.iter().map(|(key, _)| format!("`{key}`")).collect();
        let own = &properties[title];
        let _ = writeln!(text, "| `{title}` | {} | {} | {} |", takes(own), cell(&description(own)), names.join(" "));
        for other in others {
            if !keys.contains(&other) {
                keys.push(other);
            }
        }
    }
    text.push_str("\n| key of a step | takes | is |\n|---|---|---|\n");
    for (key, property) in keys {
        let _ = writeln!(text, "| `{key}` | {} | {} |", takes(property), cell(&description(property)));
    }
}

fn description(of: &Json) -> String {
    of["description"].as_str().unwrap_or_default().replace('\n', " ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// What a key takes, in a word or a link.
fn takes(property: &Json) -> String {
    if let Some(name) = property["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = spaced(name);
        return format!("[{}](#{})", name.to_lowercase(), name.to_lowercase().replace(' ', "-"));
    }
    for one_of in ["anyOf", "oneOf"] {
        if let Some(several) = property[one_of].as_array() {
            let mut all: Vec<String> = several.iter().map(takes).collect();
            all.dedup();
            return all.join(" or ");
        }
    }
    match &property["type"] {
        Json::String(kind) if kind == "array" => format!("list of {}", takes(&property["items"])),
        Json::String(kind) if kind == "object" && property["additionalProperties"].is_object() => {
            format!("map of {}", takes(&property["additionalProperties"]))
        }
        Json::String(kind) if kind == "string" => "text".to_owned(),
        Json::String(kind) => kind.clone(),
        // Texts may be written without quotes, so the schema lets editors take `2026` for one.
        Json::Array(kinds) if kinds.contains(&"string".into()) => "text".to_owned(),
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

/// `StopAfter` as `Stop after`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
            text.extend(letter.to_lowercase());
        } else {
            text.push(letter);
        }
    }
    text
}
