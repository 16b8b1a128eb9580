//! Commands to a mail server, piece by piece: a text that does not fit into quotes is announced by its length and sent
//! only after the server has said that it wants it (RFC 3501 section 4.3).

use super::folder;

/// A command without its tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// All but the last end with the announcement of a literal.
    pieces: Vec<String>,
    last: String,
}

impl Command {
    /// A command that begins with these words.
    pub fn new(words: &str) -> Self {
        Self { pieces: Vec::new(), last: words.to_owned() }
    }

    /// With words of the protocol.
    pub fn words(mut self, words: &str) -> Self {
        self.space();
        self.last.push_str(words);
        self
    }

    /// With a text of the user.
    pub fn text(mut self, text: &str) -> Self {
        self.space();
        if text.len() <= 500 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            self.last.push_str(&format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")));
        } else {
            self.last.push_str(&format!("{{{}}}", text.len()));
            self.pieces.push(std::mem::take(&mut self.last));
            self.last.push_str(text);
        }
        self
    }

    /// With the name of a folder.
    pub fn folder(self, name: &str) -> Self {
        self.text(&folder::encode(name))
    }

    /// With a line that is sent when the server asks for it.
    pub fn line(mut self, line: String) -> Self {
        self.pieces.push(std::mem::replace(&mut self.last, line));
        self
    }

    /// The lines in the order in which they are sent.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().chain([&self.last]).map(String::as_str)
    }

    fn space(&mut self) {
        if !(self.last.is_empty() && self.pieces.is_empty()) {
            self.last.push(' ');
        }
    }
}

/// Numbers of mails as a set of the protocol, with ranges where they follow each other.
pub(super) fn set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
        .chunk_by(|one, next| one.checked_add(1) == Some(*next))
        .filter_map(|run| Some((run.first()?, run.last()?)))
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") })
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(command: &Command) -> Vec<&str> {
        command.lines().collect()
    }

    #[test]
    fn texts_are_quoted_or_announced() {
        let command = Command::new("UID SEARCH").words("SUBJECT").text(r#"a "b" \c"#).words("ALL");
        assert_eq!(lines(&command), [r#"UID SEARCH SUBJECT "a \"b\" \\c" ALL"#]);
        let command =
            Command::new("UID SEARCH CHARSET UTF-8 SUBJECT").text("für").words("FROM").text("x\r\ny").words("ALL");
        assert_eq!(lines(&command), ["UID SEARCH CHARSET UTF-8 SUBJECT {4}", "für FROM {4}", "x\r\ny ALL"]);
        assert_eq!(lines(&Command::new("SELECT").folder("Geprüft")), [r#"SELECT "Gepr&APw-ft""#]);
    }

    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        assert_eq!(set(&[7, 3, 4, 5, 9, 9]), "3:5,7,9");
        assert_eq!(set(&[u32::MAX, 1]), format!("1,{}", u32::MAX));
        assert_eq!(set(&[]), "");
    }
}
