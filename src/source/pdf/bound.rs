//! Bounds on the work that a PDF makes, counted in what is read and not in seconds: objects, bytes that inflate, steps of
//! drawing. A small file may describe as much of each as it likes, by streams in streams, by one object listed a million
//! times, by pages that share their content.

use std::cell::Cell;

use lopdf::{Object, ObjectId, Stream};

use super::MOST_INFLATED;

/// The most objects of a PDF, each number, name and text counted: the library holds all of them in memory.
const MOST_OBJECTS: u64 = 1_000_000;

/// The most that all streams together may inflate to.
const MOST_IN_ALL: u64 = 128 << 20;

/// The most steps of drawing on all pages together.
const MOST_STEPS: u64 = 5_000_000;

/// The most words in what is drawn on a page: as many may be handed to one step.
const MOST_WORDS: u64 = 1_500_000;

/// The most pieces of text, and bytes of them, on all pages together.
const MOST_PIECES: u64 = 2_000_000;
const MOST_TEXT: u64 = 32 << 20;

/// The most letters and widths of all fonts together.
const MOST_LETTERS: u64 = 2_000_000;

/// So many bytes of a text or a stream count as one object.
const BYTES_AN_OBJECT: u64 = 256;

/// What is still allowed of a PDF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    objects: u64,
    inflated: u64,
    steps: u64,
    pieces: u64,
    text: u64,
    letters: u64,
}

/// There is more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exceeded;

impl Default for Bound {
    fn default() -> Self {
        Self {
            objects: MOST_OBJECTS,
            inflated: MOST_IN_ALL,
            steps: MOST_STEPS,
            pieces: MOST_PIECES,
            text: MOST_TEXT,
            letters: MOST_LETTERS,
        }
    }
}

impl Bound {
    /// What is allowed of a file: before the library sees it, its words are counted. Whatever the file says of its
    /// structure, no more objects can be made of its own bytes than it has words; a part of a large picture that looks like
    /// one is not held against it.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Exceeded> {
        let bound = Self::default();
        let pictures = bytes.len() as u64 / 48;
        if words(bytes) > bound.objects + pictures { Err(Exceeded) } else { Ok(bound) }
    }

    fn objects(&mut self, count: u64) -> Result<(), Exceeded> {
        take(&mut self.objects, count)
    }

    /// The content of a stream, within what one may inflate to, and what all may.
    pub(super) fn plain(&mut self, stream: &Stream) -> Result<lopdf::Result<Vec<u8>>, Exceeded> {
        let inflated = stream.get_plain_content_with_limit(MOST_INFLATED);
        // What was given up was made too.
        self.inflated(inflated.as_ref().map_or(MOST_INFLATED, Vec::len))?;
        Ok(inflated)
    }

    /// Something inflated to so many bytes.
    pub(super) fn inflated(&mut self, bytes: usize) -> Result<(), Exceeded> {
        take(&mut self.inflated, bytes as u64)
    }

    /// What is drawn on one page.
    pub(super) fn drawn(&self, content: &[u8]) -> Result<(), Exceeded> {
        if words(content) > MOST_WORDS { Err(Exceeded) } else { Ok(()) }
    }

    /// One more step of drawing.
    pub(super) fn step(&mut self) -> Result<(), Exceeded> {
        take(&mut self.steps, 1)
    }

    /// One more piece of text.
    pub(super) fn piece(&mut self) -> Result<(), Exceeded> {
        take(&mut self.pieces, 1)
    }

    /// So many more bytes of text.
    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Exceeded> {
        take(&mut self.text, bytes as u64)
    }

    /// So many more letters or widths of a font.
    pub(super) fn letters(&mut self, count: usize) -> Result<(), Exceeded> {
        take(&mut self.letters, count as u64)
    }
}

fn take(left: &mut u64, count: u64) -> Result<(), Exceeded> {
    *left = left.checked_sub(count).ok_or(Exceeded)?;
    Ok(())
}

/// How many words there are in the syntax of PDF at the most: beginnings of numbers and keywords after something that ends
/// a word, and each bracket or slash.
fn words(bytes: &[u8]) -> u64 {
    let mut ended = true;
    let mut words = 0;
    for byte in bytes {
        let begins = match byte {
            b'/' | b'[' | b'<' | b'(' => true,
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'n' | b't' | b'f' => ended,
            _ => false,
        };
        words += u64::from(begins);
        ended =
            matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b']' | b'>' | b')' | b'[' | b'<' | b'(');
    }
    words
}

/// What one object counts, with all in it.
fn weight(object: &Object) -> u64 {
    let of = |bytes: &[u8]| bytes.len() as u64 / BYTES_AN_OBJECT;
    1 + match object {
        Object::Array(list) => list.iter().map(weight).sum(),
        Object::Dictionary(dictionary) => dictionary.iter().map(|(_, value)| 1 + weight(value)).sum(),
        Object::Stream(stream) => {
            of(&stream.content) + stream.dict.iter().map(|(_, value)| 1 + weight(value)).sum::<u64>()
        }
        Object::String(bytes, _) | Object::Name(bytes) => of(bytes),
        _ => 0,
    }
}

thread_local! {
    /// What is still allowed of the PDF that is being loaded: the library calls a bare function for each object.
    static LOADING: Cell<Result<Bound, Exceeded>> = const { Cell::new(Err(Exceeded)) };
}

/// Loads within a bound; answers what is left of it. `load` gets the function to hand to the library, and has to be
/// contained: that is how the library is stopped.
pub(super) fn loading<T>(bound: Bound, load: impl FnOnce(lopdf::FilterFunc) -> T) -> (T, Result<Bound, Exceeded>) {
    LOADING.set(Ok(bound));
    let loaded = load(count);
    (loaded, LOADING.replace(Err(Exceeded)))
}

/// Counts an object when it is made, and what is in a stream of objects before it is taken apart.
fn count(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let counted = LOADING.get().and_then(|mut bound| {
        bound.objects(weight(object))?;
        if let Object::Stream(stream) = object
            && stream.dict.has_type(b"ObjStm")
        {
            // What cannot be inflated within the limit ends the loading with a message of its own.
            let inside = bound.plain(stream)?.unwrap_or_default();
            bound.objects(words(&inside))?;
        }
        Ok(bound)
    });
    LOADING.set(counted);
    if counted.is_err() {
        // Not a panic, which would be told: an end of the library's work, caught where it was begun.
        std::panic::resume_unwind(Box::new(Exceeded));
    }
    // The library takes what is answered only of objects in streams of objects, which are no streams themselves.
    let kept = if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() };
    Some((id, kept))
}
