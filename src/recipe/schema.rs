//! The JSON Schema of recipes, for editors: derived from the types that read them, and completed by what the types
//! cannot say: which keys are required, and which go with which verb.

mod page;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::lower::{BROWSER_VERBS, VERBS};
use super::raw::RecipeFile;

/// Keys that must be there, by type.
const REQUIRED: &[(&str, &[&str])] = &[
    ("Source", &["locale"]),
    ("Xml", &["records"]),
    ("JsonFile", &["records"]),
    ("Records", &["one_per"]),
    ("Check", &["check"]),
    ("Send", &["if_rejected_below"]),
    ("StopAfter", &["failures_in_a_row"]),
    ("Part", &["steps"]),
    ("Login", &["steps"]),
    ("Http", &["url"]),
    ("Browser", &["url"]),
    ("Window", &["width", "height"]),
    ("Idempotent", &["keeps"]),
    ("Basic", &["user", "password"]),
    ("ApiKey", &["value"]),
    ("OAuth2", &["token_url", "client_id"]),
    ("Imap", &["host", "user"]),
    ("MailTable", &["header"]),
    ("BodyPart", &["file"]),
    ("WaitUntil", &["expect"]),
];

/// Keys of which exactly one must be there, by type.
const ONE_OF: &[(&str, &[&str])] = &[
    ("Source", &["csv", "excel", "email", "xml", "json", "einvoice", "pdf"]),
    ("Email", &["file", "folder", "mbox", "maildir", "imap"]),
    (
        "Field",
        &["column", "cell", "right_of", "below", "value", "header", "subject", "body", "text", "label", "path", "file"],
    ),
    ("Expected", &["footer", "equals"]),
    ("Auth", &["basic", "bearer", "api_key", "oauth2", "cookie"]),
    ("ApiKey", &["header", "query"]),
    ("Map", &["file", "table"]),
    ("Transform", &["replace", "extract", "remove_prefix", "remove_suffix", "pad_left"]),
    ("WaitUntil", &["get", "post"]),
    ("Pages", &["next", "param"]),
];

/// Kinds of files: as a source each names its file, as an attachment of a mail it is one.
const FILES: [&str; 6] = ["csv", "excel", "xml", "json", "einvoice", "pdf"];

/// The JSON Schema (draft 2020-12) of a recipe file.
pub fn schema() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<RecipeFile>();
    let mut root = schema.to_value();
    for (name, definition) in definitions(&mut root) {
        // The one place where a null is a value.
        if name != "Tree" {
            without_null(definition);
        }
    }
    let mut definitions_taken = root.get_mut("$defs").map(Value::take);
    without_null(&mut root);
    if let (Some(place), Some(definitions)) = (root.get_mut("$defs"), &mut definitions_taken) {
        *place = definitions.take();
    }
    require(&mut root, &["recipe", "source", "fields", "key", "targets"]);
    root["title"] = json!("eintrag recipe");
    for (name, definition) in definitions(&mut root) {
        if let Some((_, keys)) = REQUIRED.iter().find(|(owner, _)| owner == name) {
            require(definition, keys);
        }
        if let Some((_, keys)) = ONE_OF.iter().find(|(owner, _)| owner == name) {
            definition["oneOf"] = one_of(keys);
        }
        match name.as_str() {
            "Step" => *definition = steps(definition),
            "Source" => FILES.iter().for_each(|kind| require(&mut definition["properties"][kind], &["file"])),
            // Each of the two, by itself.
            "Target" => {
                definition["allOf"] =
                    json!([{ "oneOf": one_of(&["http", "browser"]) }, { "oneOf": one_of(&["steps", "parts"]) }]);
            }
            "Login" => definition["properties"]["logged_in"] = page::conditions(&definition["properties"]["logged_in"]),
            _ => {}
        }
    }
    page::define(&mut root);
    root
}

/// Exactly one of these keys.
fn one_of(keys: &[&str]) -> Value {
    keys.iter().map(|key| json!({ "required": [key] })).collect()
}

fn definitions(root: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    root.get_mut("$defs").and_then(Value::as_object_mut).into_iter().flat_map(|definitions| definitions.iter_mut())
}

fn require(definition: &mut Value, keys: &[&str]) {
    definition["required"] = json!(keys);
}

/// A key that may be left out is not one that may be null: null is refused when a recipe is read.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    members.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|one| one != "null"));
                if let [Value::Object(_)] = choices.as_slice()
                    && let Some(Value::Object(only)) = choices.pop()
                {
                    members.remove("anyOf");
                    for (key, value) in only {
                        members.entry(key).or_insert(value);
                    }
                }
            }
            // Only the "no value" of the types; there is a key of recipes that is called `default`, too.
            if members.get("default").is_some_and(Value::is_null) {
                members.remove("default");
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// One schema a verb, so that only its own keys are offered and allowed. `anyOf`, not `oneOf`: with the latter editors
/// offer no verbs while the first letters of one are typed.
fn steps(flat: &Value) -> Value {
    let nothing = Map::new();
    let properties = flat.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
    let calls = VERBS.iter().map(|(verb, _, takes)| step(verb, takes, |key| properties.get(key).cloned()));
    let actions = BROWSER_VERBS
        .iter()
        .map(|(verb, takes)| step(verb, takes, |key| Some(page::property(key, properties.get(key)?))));
    json!({ "description": flat.get("description"), "anyOf": calls.chain(actions).collect::<Vec<_>>() })
}

fn step(verb: &str, takes: &[&str], property: impl Fn(&str) -> Option<Value>) -> Value {
    let keys = std::iter::once(&verb).chain(takes);
    let own: Map<String, Value> = keys.filter_map(|key| Some(((*key).to_owned(), property(key)?))).collect();
    json!({ "title": verb, "type": "object", "properties": own, "required": [verb], "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property<'s>(schema: &'s Value, definition: &str, key: &str) -> &'s Value {
        &schema["$defs"][definition]["properties"][key]
    }

    #[test]
    fn types_stand_as_people_write_them() {
        let schema = schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["required"], json!(["recipe", "source", "fields", "key", "targets"]));
        assert_eq!(schema["additionalProperties"], false);
        let name = &schema["properties"]["recipe"];
        assert_eq!(*name, json!({ "description": "The recipe's name.", "type": ["string", "number", "boolean"] }));
        assert_eq!(property(&schema, "Field", "required")["type"], "boolean");
        assert_eq!(property(&schema, "Field", "decimals")["type"], "integer");
        assert_eq!(property(&schema, "Field", "type")["$ref"], "#/$defs/Type");
        assert_eq!(property(&schema, "Field", "default")["type"], json!(["string", "number", "boolean"]));
        assert_eq!(property(&schema, "Field", "column")["anyOf"][1]["type"], "array");
        assert_eq!(schema["properties"]["fields"]["additionalProperties"]["$ref"], "#/$defs/Field");
    }

    #[test]
    fn every_type_that_is_completed_exists() {
        let schema = schema();
        for (name, keys) in REQUIRED.iter().chain(ONE_OF) {
            for key in *keys {
                assert!(property(&schema, name, key).is_object(), "{name}.{key}");
            }
        }
    }

    #[test]
    fn a_verb_takes_its_own_keys() {
        let schema = schema();
        let verbs = schema["$defs"]["Step"]["anyOf"].as_array().expect("there are verbs");
        let titles: Vec<&str> = verbs.iter().filter_map(|verb| verb["title"].as_str()).collect();
        assert_eq!(titles[..6], ["get", "post", "put", "patch", "delete", "open"]);
        assert!(verbs[0]["properties"].get("json").is_none() && verbs[0]["properties"].get("list").is_some());
        assert!(verbs[1]["properties"].get("json").is_some());
        let calls = VERBS.iter().map(|(verb, _, takes)| (verb, takes));
        for (verb, takes) in calls.chain(BROWSER_VERBS.iter().map(|(verb, takes)| (verb, takes))) {
            let own = verbs.iter().find(|one| one["title"] == *verb).expect("the verb has a schema");
            assert_eq!(own["properties"].as_object().map(Map::len), Some(takes.len() + 1), "{verb}");
        }
    }

    #[test]
    fn what_a_recipe_cannot_say_is_not_offered() {
        let text = schema().to_string();
        assert!(text.contains("browser") && text.contains("einvoice"));
        assert_eq!(text.matches("\"null\"").count(), 2, "only a JSON body and `accept_alert` may hold null");
    }
}
