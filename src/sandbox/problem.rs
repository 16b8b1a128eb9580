//! What can be wrong with a field, as the API says it in English and the pages in German.

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Required,
    NotText,
    TooLong,
    NotADate,
    NotADecimal,
    NotABool,
    NotAnIban,
    UnknownCurrency,
    SumDiffers,
    NotAList,
    NotPositive,
    UnknownShipping,
    NoLines,
    TooManyLines,
}

impl Problem {
    /// As the API says it.
    pub(super) fn english(self) -> &'static str {
        match self {
            Problem::Required => "is required",
            Problem::NotText => "must be text",
            Problem::TooLong => "must have at most 200 characters",
            Problem::NotADate => "must be a date such as 2026-01-31",
            Problem::NotADecimal => "must be a decimal number such as 1234.56",
            Problem::NotABool => "must be true or false",
            Problem::NotAnIban => "is not a valid IBAN",
            Problem::UnknownCurrency => "must be one of EUR, CHF, USD, GBP, SEK",
            Problem::SumDiffers => "must be net plus vat",
            Problem::NotAList => "must be a list",
            Problem::NotPositive => "must be more than 0",
            Problem::UnknownShipping => "must be one of Paket, Spedition, Abholung",
            Problem::NoLines => "must have at least one line",
            Problem::TooManyLines => "must have at most 200 lines",
        }
    }

    /// As the pages say it.
    pub(super) fn german(self) -> &'static str {
        match self {
            Problem::Required => "Bitte ausfüllen.",
            Problem::NotText => "Bitte einen Text eingeben.",
            Problem::TooLong => "Bitte höchstens 200 Zeichen eingeben.",
            Problem::NotADate => "Bitte ein Datum wie 31.01.2026 eingeben.",
            Problem::NotADecimal => "Bitte einen Betrag wie 1.234,56 eingeben.",
            Problem::NotABool => "Bitte ja oder nein wählen.",
            Problem::NotAnIban => "Diese IBAN ist nicht gültig.",
            Problem::UnknownCurrency => "Bitte EUR, CHF, USD, GBP oder SEK wählen.",
            Problem::SumDiffers => "Der Bruttobetrag ist nicht Netto plus USt.",
            Problem::NotAList => "Bitte eine Liste eingeben.",
            Problem::NotPositive => "Bitte eine Zahl größer als 0 eingeben.",
            Problem::UnknownShipping => "Bitte Paket, Spedition oder Abholung wählen.",
            Problem::NoLines => "Bitte mindestens eine Position eingeben.",
            Problem::TooManyLines => "Bitte höchstens 200 Positionen eingeben.",
        }
    }
}
