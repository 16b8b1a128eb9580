//! What a source looks up itself, because the values do not stand in the cells of a table: parts of a mail, places in a
//! text. The source puts what it finds into the row beside the cells, by the number that [`Finder::Pick`] has among the
//! fields of the recipe that are picked.
//!
//! [`Finder::Pick`]: super::Finder::Pick

use regex::Regex;

use crate::diagnostic::At;

/// What is looked up for each row.
#[derive(Clone, Debug)]
pub enum Pick {
    /// `header:` the header of a mail with this name, decoded.
    Header(At<String>),
    /// `subject:` the group of a pattern in a mail's subject.
    Subject(Regex),
    /// `body:` the group of a pattern in a mail's text.
    Body(Regex),
    /// `text:` the group of a pattern in a document's text.
    Text(Regex),
    /// `label:` the value after or below a caption in a text.
    Label(At<String>),
    /// `file: true`: the file itself, for uploads.
    File,
}
