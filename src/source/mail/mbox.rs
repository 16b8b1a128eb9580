//! Mailbox files: many mails one after the other, each behind a line that begins with `From `. Such lines stand in the
//! text of mails as well, so one parts two mails only where it looks like what mail programs write.

use std::io::{self, BufRead};

use super::mime::LONGEST;

/// The mails of a mailbox file, one after the other.
pub(super) struct Mails<R> {
    reader: R,
    /// The line that is read next: a separator is known by what stands behind it.
    ahead: Vec<u8>,
    started: bool,
    /// Whether the separator of the next mail was read.
    begun: bool,
}

impl<R: BufRead> Mails<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, ahead: Vec::new(), started: false, begun: false }
    }

    /// The bytes of the next mail, without its separator; none at the end. Of a mail that is longer than any may be only
    /// the beginning is given, which is too long all the same.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !std::mem::replace(&mut self.started, true) {
            self.read_ahead()?;
        }
        let mut mail = Vec::new();
        let mut after_blank = true;
        while !self.ahead.is_empty() {
            let line = std::mem::take(&mut self.ahead);
            self.read_ahead()?;
            if self.is_separator(&line, after_blank) {
                if std::mem::replace(&mut self.begun, true) {
                    return Ok(Some(without_last_blank(mail)));
                }
                continue;
            }
            after_blank = line.iter().all(u8::is_ascii_whitespace);
            if !self.begun && after_blank {
                continue;
            }
            self.begun = true;
            let quoted = line.iter().take_while(|byte| **byte == b'>').count();
            let unquoted = if quoted > 0 && line[quoted..].starts_with(b"From ") { &line[1..] } else { &line };
            if mail.len() as u64 <= LONGEST {
                mail.extend_from_slice(unquoted);
            }
        }
        Ok(std::mem::take(&mut self.begun).then(|| without_last_blank(mail)))
    }

    fn read_ahead(&mut self) -> io::Result<()> {
        self.ahead.clear();
        // A line may be as long as the file.
        io::Read::take(&mut self.reader, LONGEST).read_until(b'\n', &mut self.ahead)?;
        Ok(())
    }

    fn is_separator(&self, line: &[u8], after_blank: bool) -> bool {
        if !line.starts_with(b"From ") {
            return false;
        }
        // Without a date it parts mails only where a header stands behind it, and it has an address with an empty line
        // before it, or a hyphen in the place of the sender, as Mozilla writes it.
        let sender = line[5..].trim_ascii();
        let is_address = sender.contains(&b'@') && !sender.iter().any(u8::is_ascii_whitespace);
        looks_written(line) || (begins_header(&self.ahead) && (sender == b"-" || (after_blank && is_address)))
    }
}

/// The months as programs write them in the separator.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whether a line has what programs write: a sender, and a day and a time with a year.
fn looks_written(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let words: Vec<&str> = text.split_ascii_whitespace().skip(1).collect();
    let is_time = |word: &&str| {
        let parts: Vec<&str> = word.split(':').collect();
        (2..=3).contains(&parts.len()) && parts.iter().all(|part| (1..=2).contains(&part.len()) && is_number(part))
    };
    let is_year = |word: &&str| word.len() == 4 && is_number(word);
    let is_month = |word: &&str| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(word));
    words.len() >= 4 && words.iter().any(is_time) && words.iter().any(is_year) && words.iter().any(is_month)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether bytes begin with the name of a header.
fn begins_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    name > 0 && bytes.get(name) == Some(&b':')
}

/// The empty line before a separator belongs to it.
fn without_last_blank(mut mail: Vec<u8>) -> Vec<u8> {
    for ending in [&b"\r\n\r\n"[..], b"\n\n"] {
        if mail.ends_with(ending) {
            mail.truncate(mail.len() - ending.len() / 2);
            break;
        }
    }
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str) -> Vec<String> {
        let mut mails = Mails::new(text.as_bytes());
        std::iter::from_fn(|| mails.next().unwrap()).map(|mail| String::from_utf8(mail).unwrap()).collect()
    }

    #[test]
    fn mails_are_parted_where_a_program_wrote_it() {
        let text = "From a@x.example Mon Mar  3 08:05:15 2025\nSubject: 1\n\nFrom here on it rains.\n\nFrom you\n>From me\n\n\
                    From hier an alles neu\nKostenstelle: 5\n\nFrom morgen um 12:30 im Jahr 2026\n\n\
                    From b@x.example Mon Mar  3 08:05:15 2025 +0100\r\nSubject: 2\r\n\r\nx\r\n\r\n\
                    From c@x.example\nSubject: 3\n\ny\nFrom - \nSubject: 4\n\nz";
        assert_eq!(
            mails(text),
            [
                "Subject: 1\n\nFrom here on it rains.\n\nFrom you\nFrom me\n\n\
                 From hier an alles neu\nKostenstelle: 5\n\nFrom morgen um 12:30 im Jahr 2026\n",
                "Subject: 2\r\n\r\nx\r\n",
                "Subject: 3\n\ny\n",
                "Subject: 4\n\nz",
            ]
        );
    }

    #[test]
    fn an_empty_mailbox_has_no_mails() {
        assert!(mails("").is_empty() && mails("\n\n").is_empty());
        assert_eq!(mails("Subject: alone\n\nx"), ["Subject: alone\n\nx"]);
    }
}
