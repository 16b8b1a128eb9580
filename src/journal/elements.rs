//! Claims of a part whose write is repeated for the elements of a list: all elements of a record are claimed in one commit,
//! before the first of them is submitted. So those that an interrupted run did not come to are told apart from those that
//! came to the record later, and those that have left it are seen.

use std::collections::BTreeMap;

use super::RunId;
use super::claim::{Claim, EntryName, NewClaim, State, claim_in};
use super::parts;
use super::store::{Journal, JournalError};
use super::writer::Batch;

/// What is said when the elements of a record are claimed.
#[derive(Clone, Debug)]
pub struct NewElements {
    /// The entries; which element is said below.
    pub name: EntryName,
    /// The target's name in the recipe.
    pub target: String,
    /// The run that claims them.
    pub run: RunId,
    /// The elements' own keys, in the record's order.
    pub elements: Vec<String>,
}

/// The claimed elements of a record.
#[derive(Clone, Debug)]
pub struct Elements {
    /// Their claims, in the same order; none for one that came to the record when others of it were in the target, or may
    /// be, so that it is not claimed without a word of the recipe or of a person.
    pub claims: Vec<Option<Claim>>,
    /// Elements that were claimed earlier and that the record does not have any more.
    pub gone: Vec<(String, Claim)>,
}

impl Journal {
    /// Claims the elements of a record for a run.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn claim_elements(&self, new: NewElements) -> Result<Elements, JournalError> {
        self.writer.write(move |batch| claim_all(batch, &new)).await
    }
}

fn claim_all(batch: &mut Batch<'_>, new: &NewElements) -> Result<Elements, JournalError> {
    let part = parts::number(batch, &new.name, &new.target)?;
    let mut known = known(batch, new, part)?;
    let has_begun = known
        .values()
        .any(|state| matches!(state, State::Entered | State::Submitting | State::InDoubt | State::Held | State::Added));
    let mut claims = Vec::with_capacity(new.elements.len());
    for element in &new.elements {
        let is_known = known.remove(element).is_some();
        let claim = (is_known || !has_begun).then(|| claim_one(batch, new, element, part)).transpose()?;
        claims.push(claim);
    }
    let mut gone = Vec::new();
    for element in known.into_keys() {
        let claim = claim_one(batch, new, &element, part)?;
        gone.push((element, claim));
    }
    Ok(Elements { claims, gone })
}

fn claim_one(batch: &mut Batch<'_>, new: &NewElements, element: &str, part: i64) -> Result<Claim, JournalError> {
    let name = EntryName { element: element.to_owned(), ..new.name.clone() };
    let claim = NewClaim { name, target: new.target.clone(), run: new.run, first: None, added: None };
    claim_in(batch, &claim, part)
}

/// The elements that were claimed earlier, and where they stand.
fn known(batch: &Batch<'_>, new: &NewElements, part: i64) -> Result<BTreeMap<String, State>, JournalError> {
    let mut select =
        batch.transaction.prepare_cached("SELECT element, state FROM entries WHERE key = ?1 AND part = ?2")?;
    let mut rows = select.query((&new.name.key, part))?;
    let mut known = BTreeMap::new();
    while let Some(row) = rows.next()? {
        known.insert(row.get(0)?, State::from_word(&row.get::<_, String>(1)?)?);
    }
    Ok(known)
}
