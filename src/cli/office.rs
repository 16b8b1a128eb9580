//! The practice office in the place of a real system: its address for every target, its logins for every secret.

use std::collections::BTreeSet;

use super::Failed;
use crate::expression::{Name, Piece};
use crate::recipe::Recipe;
use crate::recipe::model::Target;
use crate::sandbox::Faults;

/// The faults that were asked for.
pub(super) fn faults(text: Option<&str>) -> Result<Faults, Failed> {
    match text {
        None => Ok(Faults::default()),
        Some(text) => text.parse().map_err(|error| Failed::usage(format!("--fault: {error}"))),
    }
}

/// Makes sure that the office stands in for every target: an address that begins with no variable cannot be replaced, and
/// practice would end up in the real system.
pub(super) fn stands_in(recipe: &Recipe) -> Result<(), Failed> {
    let replaced = |target: &&Target| {
        let first = target.kind.url().pieces().first();
        matches!(first, Some(Piece::Expression(url, _)) if url.names().iter().any(|name| matches!(name, Name::Env(_))))
    };
    recipe.targets.iter().find(|target| !replaced(target)).map_or(Ok(()), |target| {
        let (name, url) = (&target.name, target.kind.url().source());
        let variable = format!("{}_URL", name.to_uppercase().replace('-', "_"));
        Err(Failed::usage(format!(
            "the target `{name}` is at `{url}`, which the practice office cannot stand in for; nothing was sent\n\
             help: write `url: \"${{env.{variable}}}\"`"
        )))
    })
}

/// The environment variables that the recipe's target addresses are made of.
pub(super) fn addresses(recipe: &Recipe) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for target in &recipe.targets {
        for name in target.kind.url().names() {
            if let Name::Env(name) = name {
                names.insert(name.to_string());
            }
        }
    }
    names
}

/// What a target is at in practice: the address as the recipe writes it. All targets are reached at the one office, where
/// those that are different systems in earnest must not pass for one.
pub(super) fn place(target: &Target) -> String {
    target.kind.url().source().to_owned()
}

/// The practice value of a secret, by what its name says that it is.
pub(super) fn secret(name: &str) -> &'static str {
    let name = name.to_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["PASSWORD", "PASSWORT", "KENNWORT", "USER", "BENUTZER", "LOGIN", "CLIENT_ID"]) {
        "sandbox"
    } else if has(&["TOTP", "OTP"]) {
        // The secret of the test vectors of RFC 6238.
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    } else if has(&["CLIENT_SECRET"]) {
        "sandbox-secret"
    } else if has(&["KEY"]) {
        "sandbox-key"
    } else {
        "sandbox-token"
    }
}
