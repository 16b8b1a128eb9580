use jiff::civil;
use proptest::prelude::{Strategy, prop_assert_eq, proptest};

use super::{DateFormat, Moments, Wanted};
use crate::messages::{self, Language};
use crate::recipe::model::{Locale, Type};
use crate::record::{Value, Why};

fn reading(wanted: Wanted, formats: &[&str], locale: Locale, text: &str) -> String {
    let formats: Vec<String> = formats.iter().map(|format| (*format).to_owned()).collect();
    match Moments::new(wanted, &formats, locale).read(text) {
        Ok(value) => value.to_string(),
        Err(fault) => messages::why(&Why::Date(fault), Language::English),
    }
}

fn table(wanted: Wanted, formats: &[&str], locale: Locale, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(reading(wanted, formats, locale, text), *expected, "`{text}` in {locale:?} {formats:?}");
    }
}

#[test]
fn days_are_read_as_the_locale_writes_them() {
    let german = "is not a date written as `d.M.yyyy`, `d. MMMM yyyy`, such as 31.12.2026";
    table(
        Wanted::Date,
        &[],
        Locale::De,
        &[
            ("03.04.2026", "2026-04-03"),
            ("3.4.2026", "2026-04-03"),
            ("3. April 2026", "2026-04-03"),
            ("3. Jänner 2026", "2026-01-03"),
            ("29.02.2028", "2028-02-29"),
            ("31.02.2026", "February 2026 has 28 days"),
            ("31.04.2026", "April 2026 has 30 days"),
            ("00.04.2026", "April 2026 has 30 days"),
            ("04.13.2026", "there is no month 13 (read as `d.M.yyyy`)"),
            ("03.04.26", "the year has two digits; write all four"),
            ("03.04.0026", "the year must be within 1000 and 9999"),
            ("03.04.20266", german),
            ("03/04/2026", german),
            ("2026-04-03", german),
            ("03.04.2026 14:30", "has a time of day, but must be a date alone"),
            ("003.04.2026", german),
            ("heute", german),
            ("3.４.2026", german),
        ],
    );
    table(
        Wanted::Date,
        &[],
        Locale::EnGb,
        &[("03/04/2026", "2026-04-03"), ("12/31/2026", "there is no month 31 (read as `d/M/yyyy`)")],
    );
    table(Wanted::Date, &[], Locale::EnUs, &[("03/04/2026", "2026-03-04"), ("March 4, 2026", "2026-03-04")]);
    table(
        Wanted::Date,
        &[],
        Locale::Iso,
        &[
            ("2026-04-03", "2026-04-03"),
            ("2026-4-3", "is not a date written as `yyyy-MM-dd`, such as 2026-12-31"),
            // The day of another format is no short year.
            ("02.05.2026", "is not a date written as `yyyy-MM-dd`, such as 2026-12-31"),
            ("26-04-03", "the year has two digits; write all four"),
        ],
    );
}

#[test]
fn the_recipe_may_state_formats() {
    table(
        Wanted::Date,
        &["yyyyMMdd"],
        Locale::De,
        &[("20260403", "2026-04-03"), ("2026043", "is not a date written as `yyyyMMdd`, such as 20261231")],
    );
    table(
        Wanted::Date,
        &["dd.MM.yy"],
        Locale::De,
        &[("03.04.26", "2026-04-03"), ("03.04.69", "1969-04-03"), ("03.04.68", "2068-04-03")],
    );
    table(
        Wanted::Date,
        &["%d.%m.%Y", "%Y-%m-%d"],
        Locale::De,
        &[("03.04.2026", "2026-04-03"), ("2026-04-03", "2026-04-03")],
    );
    table(
        Wanted::Date,
        &["d. MMM yyyy"],
        Locale::De,
        &[("3. Apr. 2026", "2026-04-03"), ("3. Mär 2026", "2026-03-03"), ("3. Oct 2026", "2026-10-03")],
    );
    table(Wanted::Date, &["d.MMM.yyyy"], Locale::De, &[("3.Apr.2026", "2026-04-03")]);
    table(
        Wanted::Date,
        &["dd.MM.yyyy[ HH:mm:ss]"],
        Locale::De,
        &[
            ("03.04.2026 00:00:00", "2026-04-03"),
            ("03.04.2026", "2026-04-03"),
            ("03.04.2026 12:00:00", "has a time of day, but must be a date alone"),
        ],
    );
    table(Wanted::Date, &["'am' d.M.yyyy"], Locale::De, &[("am 3.4.2026", "2026-04-03")]);
}

#[test]
fn times_of_day_are_read() {
    let none = "there is no such time of day";
    table(
        Wanted::Time,
        &[],
        Locale::De,
        &[
            ("14:30", "14:30:00"),
            ("9:05", "09:05:00"),
            ("14:30:15", "14:30:15"),
            ("14.30 Uhr", "14:30:00"),
            ("14:30 Uhr", "14:30:00"),
            ("24:00", none),
            ("10:60", none),
            ("10:5", "is not a date written as `H:mm[:ss][ 'Uhr']`, `H.mm 'Uhr'`, such as 14:30"),
        ],
    );
    table(Wanted::Time, &[], Locale::EnUs, &[("2:30 PM", "14:30:00"), ("12:00 am", "00:00:00"), ("13:00 pm", none)]);
}

#[test]
fn dates_with_times_keep_the_offset_as_written() {
    table(
        Wanted::DateTime,
        &[],
        Locale::De,
        &[("03.04.2026 14:30", "2026-04-03T14:30:00"), ("3.4.2026, 14:30:15 Uhr", "2026-04-03T14:30:15")],
    );
    table(
        Wanted::DateTime,
        &[],
        Locale::Iso,
        &[
            ("2026-04-03T14:30:15Z", "2026-04-03T14:30:15Z"),
            ("2026-04-03T14:30:15.25+02:00", "2026-04-03T14:30:15.25+02:00"),
            ("2026-04-03 14:30", "2026-04-03T14:30:00"),
            ("2026-04-03T14:30-0330", "2026-04-03T14:30:00-03:30"),
            (
                "2026-04-03T14:30+99:00",
                "is not a date written as `yyyy-MM-dd'T'HH:mm[:ss[.S]][X]`, `yyyy-MM-dd HH:mm[:ss[.S]][X]`, such as 2026-12-31T14:30",
            ),
        ],
    );
}

#[test]
fn formats_that_cannot_be_used_say_why() {
    let new = |source: &str, kind| DateFormat::new(source, kind).map(|_| ()).unwrap_err();
    assert_eq!(
        new("TT.MM.JJJJ", Type::Date),
        "`J` means nothing here: day, month and year are `d`, `M` and `y`, as in `dd.MM.yyyy`"
    );
    assert_eq!(new("dd.MM", Type::Date), "it needs day, month and year, such as `dd.MM.yyyy`");
    assert_eq!(new("dd.mm.yyyy", Type::Date), "it needs day, month and year, such as `dd.MM.yyyy`");
    assert_eq!(new("HH", Type::Time), "it needs hours and minutes, such as `HH:mm`");
    assert_eq!(new("hh:mm", Type::Time), "`h` (hours to 12) and `a` (AM, PM) belong together; hours to 24 are `H`");
    assert_eq!(
        new("dd.MM.yyyy EEE", Type::Date),
        "`EEE` means nothing here; text that stands for itself goes in quotes: `'EEE'`"
    );
    assert_eq!(new("dd.MM.yyyy [HH:mm", Type::Date), "`[` has no `]`");
    assert_eq!(new("%d.%m.%Q", Type::Date), "`%Q` is not known here");
    assert!(DateFormat::new(&"[".repeat(100_000), Type::Date).is_err());
    assert_eq!(
        reading(Wanted::Date, &["dd.MM"], Locale::De, "03.04."),
        "the format `dd.MM` of the recipe cannot be used: it needs day, month and year, such as `dd.MM.yyyy`"
    );
}

fn days() -> impl Strategy<Value = civil::Date> {
    (1000_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| civil::date(year, month, day))
}

const LOCALES: [Locale; 6] = [Locale::De, Locale::DeAt, Locale::DeCh, Locale::EnGb, Locale::EnUs, Locale::Iso];

proptest! {
    #[test]
    fn a_day_written_in_a_format_reads_back_equal(day in days()) {
        for source in ["d.M.yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "M/d/yyyy", "d. MMMM yyyy", "MMMM d, yyyy", "yyyyMMdd", "%F"] {
            let format = DateFormat::new(source, Type::Date).expect("the format is right");
            let text = format.write(day.at(0, 0, 0, 0));
            let read = Moments::new(Wanted::Date, &[source.to_owned()], Locale::De).read(&text);
            prop_assert_eq!(read, Ok(Value::Date(day)), "{}", text);
        }
    }

    /// What is found the short way is what the whole match finds, whatever the text.
    #[test]
    fn the_short_way_to_a_day_is_the_long_one(text in "[0-9]{0,4}[./-][0-9]{0,4}[./-][0-9]{0,6}[ .]?", day in 0..=32_u8, month in 0..=13_u8, year in 0..=99_999_u32) {
        for source in ["d.M.yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "M/d/yyyy", "d.M.yy", "%d.%m.%Y"] {
            let format = DateFormat::new(source, Type::Date).expect("the format is right");
            for text in [text.clone(), format!("{day:02}.{month}.{year}"), format!("{year:04}-{month:02}-{day:02}")] {
                if let Some(day) = format.day(&text) {
                    let parts = format.matches(&text).expect("it was found the short way");
                    let whole = (parts.year, parts.month, parts.day);
                    let short = (Some(day.year().into()), Some(day.month().into()), Some(day.day().into()));
                    prop_assert_eq!(short, whole, "{} as {}", text, source);
                }
            }
        }
    }

    #[test]
    fn days_that_exist_are_read_and_no_others(day in 0..=40_u8, month in 0..=20_u8, year in 0..=12_000_i32) {
        let exists = i16::try_from(year).ok().filter(|year| (1000..=9999).contains(year)).and_then(|year| {
            civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        });
        for locale in [Locale::De, Locale::DeAt, Locale::DeCh] {
            let text = format!("{day:02}.{month:02}.{year:04}");
            let read = Moments::new(Wanted::Date, &[], locale).read(&text).ok();
            prop_assert_eq!(read, exists.map(Value::Date), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,30}", like in "[0-9]{0,5}[./:-]?[0-9]{0,3}[./: T-]?[0-9]{0,5}[ T:.+ZX0-9a-zäé]{0,12}") {
        for locale in LOCALES {
            for wanted in [Wanted::Date, Wanted::Time, Wanted::DateTime] {
                let moments = Moments::new(wanted, &[], locale);
                let _ = moments.read(&text);
                let _ = moments.read(&like);
            }
        }
        let _ = DateFormat::new(&text, Type::DateTime);
    }
}
