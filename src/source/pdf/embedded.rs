//! The files inside of a PDF: those of its list of attachments, and those that it says belong to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};

use super::{Bound, Exceeded, MOST_INFLATED, load, too_large, too_much};
use crate::source::SourceError;
use crate::source::contained::contained;

/// A file inside of a PDF.
pub(in crate::source) struct Embedded {
    /// Its name.
    pub(in crate::source) name: String,
    /// Its content.
    pub(in crate::source) bytes: Vec<u8>,
}

/// The most files that are looked at, and the deepest list of them.
const MOST_FILES: usize = 100;
const DEEPEST: usize = 16;

/// The files inside of a PDF.
///
/// # Errors
/// It cannot be read, or one of them inflates beyond limits.
pub(in crate::source) fn embedded(bytes: &[u8], name: &Arc<str>) -> Result<Vec<Embedded>, SourceError> {
    let (document, bound) = load(bytes, name)?;
    // What a file holds that the library panics on, it does not hold in any useful form.
    match contained(|| files(&document, bound)).unwrap_or_else(|| Ok(Vec::new())) {
        Ok(files) => files.into_iter().map(|file| file.map_err(|_| too_large(name, MOST_INFLATED))).collect(),
        Err(Exceeded) => Err(too_much(name)),
    }
}

fn files(document: &Document, mut bound: Bound) -> Result<Vec<lopdf::Result<Embedded>>, Exceeded> {
    let Ok(catalog) = document.catalog() else { return Ok(Vec::new()) };
    let mut finder = Finder { document, specifications: Vec::new(), seen: BTreeSet::new() };
    if let Some(names) = finder.dictionary(catalog.get(b"Names").ok())
        && let Some(tree) = finder.dictionary(names.get(b"EmbeddedFiles").ok())
    {
        finder.names(tree, 0);
    }
    finder.list(catalog.get(b"AF").ok());
    let mut streams = BTreeSet::new();
    let found = std::mem::take(&mut finder.specifications);
    let files = found.into_iter().filter_map(|specification| finder.file(specification, &mut streams, &mut bound));
    files.collect()
}

struct Finder<'a> {
    document: &'a Document,
    specifications: Vec<&'a Dictionary>,
    /// The parts of the list that were looked at: a list may lead back to itself.
    seen: BTreeSet<ObjectId>,
}

impl<'a> Finder<'a> {
    fn follow(&self, object: Option<&'a Object>) -> Option<&'a Object> {
        self.document.dereference(object?).ok().map(|(_, object)| object)
    }

    fn dictionary(&self, object: Option<&'a Object>) -> Option<&'a Dictionary> {
        self.follow(object)?.as_dict().ok()
    }

    /// A tree of names: each leaf has a list of names and files in turn.
    fn names(&mut self, tree: &'a Dictionary, depth: usize) {
        if let Some(Object::Array(pairs)) = self.follow(tree.get(b"Names").ok()) {
            for file in pairs.iter().skip(1).step_by(2) {
                self.add(file);
            }
        }
        let Some(Object::Array(kids)) = self.follow(tree.get(b"Kids").ok()) else { return };
        for kid in kids.iter().filter(|_| depth < DEEPEST) {
            let is_new = kid.as_reference().map_or(true, |id| self.seen.insert(id));
            if let (true, Some(kid)) = (is_new, self.dictionary(Some(kid))) {
                self.names(kid, depth + 1);
            }
        }
    }

    fn list(&mut self, object: Option<&'a Object>) {
        if let Some(Object::Array(files)) = self.follow(object) {
            files.iter().for_each(|file| self.add(file));
        }
    }

    fn add(&mut self, file: &'a Object) {
        if let Some(specification) = self.dictionary(Some(file)).filter(|_| self.specifications.len() < MOST_FILES) {
            self.specifications.push(specification);
        }
    }

    /// The file that a specification means, if it was not there before.
    fn file(
        &self,
        specification: &'a Dictionary,
        streams: &mut BTreeSet<ObjectId>,
        bound: &mut Bound,
    ) -> Option<Result<lopdf::Result<Embedded>, Exceeded>> {
        let inside = self.dictionary(specification.get(b"EF").ok())?;
        let object = inside.get(b"UF").or_else(|_| inside.get(b"F")).ok()?;
        if object.as_reference().is_ok_and(|id| !streams.insert(id)) {
            return None;
        }
        let stream = self.follow(Some(object))?.as_stream().ok()?;
        let name = specification.get(b"UF").or_else(|_| specification.get(b"F")).ok();
        let name = self.follow(name).and_then(|name| decode_text_string(name).ok()).unwrap_or_default();
        Some(bound.plain(stream).map(|content| content.map(|bytes| Embedded { name, bytes })))
    }
}
