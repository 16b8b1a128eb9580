//! The terms of e-invoices (EN 16931): their plain names, their numbers in the standard, and where they stand in its two
//! syntaxes. One table serves reading, checking and the reference.

use crate::diagnostic::did_you_mean;

/// A business term of EN 16931.
#[derive(Debug)]
pub struct Term {
    /// The name that recipes use: `seller.vat_id`.
    pub name: &'static str,
    /// Its number in the standard: `BT-31`.
    pub id: &'static str,
    /// What it belongs to.
    pub place: TermPlace,
    /// What its values are.
    pub kind: TermKind,
    /// What it means.
    pub about: &'static str,
    /// Its paths in UBL 2.1, the first that leads somewhere counts; from the root, the line or the VAT breakdown. Empty
    /// where that syntax has no place for it.
    pub ubl: &'static str,
    /// Its paths in CII (UN/CEFACT), with `A`, `D` and `S` for the sections agreement, delivery and settlement.
    pub cii: &'static str,
}

/// What a term belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermPlace {
    /// The invoice as a whole.
    Invoice,
    /// A row of the VAT breakdown (BG-23).
    Vat,
    /// A line (BG-25).
    Line,
}

/// What the values of a term are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// Text and codes.
    Text,
    /// A day; in CII it stands there as `20261231` and is read as `2026-12-31`.
    Date,
    /// A number.
    Amount,
}

/// A term as a recipe names it.
#[derive(Clone, Debug)]
pub struct TermPath {
    /// As it is written.
    pub source: String,
    /// What is meant.
    pub wanted: TermWanted,
}

/// What a path in an e-invoice means.
#[derive(Clone, Debug)]
pub enum TermWanted {
    /// A term; of the VAT breakdown, that of a category and perhaps a rate.
    Term(&'static Term, Option<VatChoice>),
    /// `credit_note`: whether the document is one.
    CreditNote,
}

/// `[S:19]` or `[S]`: a row of the VAT breakdown.
#[derive(Clone, Debug, PartialEq)]
pub struct VatChoice {
    /// The category: `S`.
    pub category: String,
    /// The rate in per cent, where one is written.
    pub rate: Option<rust_decimal::Decimal>,
}

/// The name of what stands in no term of its own.
const CREDIT_NOTE: &str = "credit_note";

impl TermPath {
    /// Reads a term's name or number, such as `seller.vat_id`, `BT-31` or `vat[S:19].amount`.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn parse(source: &str) -> Result<Self, (String, String)> {
        let named = |wanted| Ok(Self { source: source.to_owned(), wanted });
        if source == CREDIT_NOTE {
            return named(TermWanted::CreditNote);
        }
        let (name, choice) = match source.strip_prefix("vat[").and_then(|rest| rest.split_once(']')) {
            Some((choice, rest)) => (format!("vat{rest}"), Some(vat_choice(source, choice)?)),
            None => (source.to_owned(), None),
        };
        if let Some(term) = TERMS.iter().find(|term| term.name == name || term.id == name) {
            return named(TermWanted::Term(term, choice));
        }
        let names = TERMS.iter().flat_map(|term| [term.name, term.id]).chain([CREDIT_NOTE]);
        let help = match did_you_mean(&name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "terms are named as in recipes/EINVOICE.md: `number`, `seller.vat_id`, `line.quantity`; their \
                     numbers such as `BT-31` do as well"
                .to_owned(),
        };
        Err((format!("`{source}` is no term of an e-invoice"), help))
    }

    /// Whether it belongs to the lines.
    pub fn is_of_line(&self) -> bool {
        matches!(&self.wanted, TermWanted::Term(Term { place: TermPlace::Line, .. }, _))
    }
}

fn vat_choice(source: &str, choice: &str) -> Result<VatChoice, (String, String)> {
    let (category, rate) = choice.split_once(':').map_or((choice, None), |(category, rate)| (category, Some(rate)));
    let wrong = || {
        let title = format!("`{source}` names no row of the VAT breakdown");
        (title, "write the category and the rate: `vat[S:19].amount`, or the category alone: `vat[AE].base`".to_owned())
    };
    if category.is_empty() || !category.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(wrong());
    }
    let rate = rate.map(|rate| rate.parse().map_err(|_| wrong())).transpose()?;
    Ok(VatChoice { category: category.to_owned(), rate })
}

const fn term(
    name: &'static str,
    id: &'static str,
    place: TermPlace,
    kind: TermKind,
    about: &'static str,
    ubl: &'static str,
    cii: &'static str,
) -> Term {
    Term { name, id, place, kind, about, ubl, cii }
}

/// All terms, in the order of the standard.
#[rustfmt::skip]
pub static TERMS: &[Term] = &[
    term("number", "BT-1", TermPlace::Invoice, TermKind::Text, "invoice number", "ID", "ExchangedDocument/ID"),
    term("issue_date", "BT-2", TermPlace::Invoice, TermKind::Date, "date of issue", "IssueDate", "ExchangedDocument/IssueDateTime/DateTimeString"),
    term("type_code", "BT-3", TermPlace::Invoice, TermKind::Text, "380 invoice, 381 credit note, 384 correction, 389 self-billed … (UNTDID 1001)", "InvoiceTypeCode|CreditNoteTypeCode", "ExchangedDocument/TypeCode"),
    term("currency", "BT-5", TermPlace::Invoice, TermKind::Text, "currency of all amounts", "DocumentCurrencyCode", "S/InvoiceCurrencyCode"),
    term("vat_currency", "BT-6", TermPlace::Invoice, TermKind::Text, "currency of the VAT accounting, where it is another one", "TaxCurrencyCode", "S/TaxCurrencyCode"),
    term("vat_date", "BT-7", TermPlace::Invoice, TermKind::Date, "date on which the VAT falls due", "TaxPointDate", "S/ApplicableTradeTax/TaxPointDate/DateString"),
    term("vat_date_code", "BT-8", TermPlace::Invoice, TermKind::Text, "what that date is, as a code", "InvoicePeriod/DescriptionCode", "S/ApplicableTradeTax/DueDateTypeCode"),
    term("due_date", "BT-9", TermPlace::Invoice, TermKind::Date, "date on which the payment is due", "DueDate|PaymentMeans/PaymentDueDate", "S/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
    term("buyer_reference", "BT-10", TermPlace::Invoice, TermKind::Text, "reference of the buyer; the Leitweg-ID of German authorities", "BuyerReference", "A/BuyerReference"),
    term("project", "BT-11", TermPlace::Invoice, TermKind::Text, "project", "ProjectReference/ID|AdditionalDocumentReference[DocumentTypeCode='50']/ID", "A/SpecifiedProcuringProject/ID"),
    term("contract", "BT-12", TermPlace::Invoice, TermKind::Text, "contract", "ContractDocumentReference/ID", "A/ContractReferencedDocument/IssuerAssignedID"),
    term("purchase_order", "BT-13", TermPlace::Invoice, TermKind::Text, "number of the buyer's purchase order", "OrderReference/ID", "A/BuyerOrderReferencedDocument/IssuerAssignedID"),
    term("sales_order", "BT-14", TermPlace::Invoice, TermKind::Text, "number of the seller's order confirmation", "OrderReference/SalesOrderID", "A/SellerOrderReferencedDocument/IssuerAssignedID"),
    term("receiving_advice", "BT-15", TermPlace::Invoice, TermKind::Text, "goods received note", "ReceiptDocumentReference/ID", "D/ReceivingAdviceReferencedDocument/IssuerAssignedID"),
    term("despatch_advice", "BT-16", TermPlace::Invoice, TermKind::Text, "delivery note", "DespatchDocumentReference/ID", "D/DespatchAdviceReferencedDocument/IssuerAssignedID"),
    term("tender", "BT-17", TermPlace::Invoice, TermKind::Text, "tender or lot", "OriginatorDocumentReference/ID", "A/AdditionalReferencedDocument[TypeCode='50']/IssuerAssignedID"),
    term("object", "BT-18", TermPlace::Invoice, TermKind::Text, "what is invoiced: a meter, a subscription …", "AdditionalDocumentReference[DocumentTypeCode='130']/ID", "A/AdditionalReferencedDocument[TypeCode='130']/IssuerAssignedID"),
    term("buyer_account", "BT-19", TermPlace::Invoice, TermKind::Text, "account of the buyer's bookkeeping", "AccountingCost", "S/ReceivableSpecifiedTradeAccountingAccount/ID"),
    term("payment_terms", "BT-20", TermPlace::Invoice, TermKind::Text, "terms of payment in words, with the discount (Skonto)", "PaymentTerms/Note", "S/SpecifiedTradePaymentTerms/Description"),
    term("note_subject", "BT-21", TermPlace::Invoice, TermKind::Text, "what a note is about, as a code (UNTDID 4451); in UBL it stands in the note itself: `#ADU#…`", "", "ExchangedDocument/IncludedNote/SubjectCode"),
    term("note", "BT-22", TermPlace::Invoice, TermKind::Text, "note", "Note", "ExchangedDocument/IncludedNote/Content"),
    term("process", "BT-23", TermPlace::Invoice, TermKind::Text, "business process", "ProfileID", "ExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter/ID"),
    term("profile", "BT-24", TermPlace::Invoice, TermKind::Text, "profile: EN 16931, XRechnung, Factur-X BASIC …", "CustomizationID", "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"),
    term("preceding_invoice", "BT-25", TermPlace::Invoice, TermKind::Text, "invoice that this one corrects or completes", "BillingReference/InvoiceDocumentReference/ID", "S/InvoiceReferencedDocument/IssuerAssignedID"),
    term("preceding_invoice_date", "BT-26", TermPlace::Invoice, TermKind::Date, "date of that invoice", "BillingReference/InvoiceDocumentReference/IssueDate", "S/InvoiceReferencedDocument/FormattedIssueDateTime/DateTimeString"),
    term("seller.name", "BT-27", TermPlace::Invoice, TermKind::Text, "name of the seller", "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName", "A/SellerTradeParty/Name"),
    term("seller.trading_name", "BT-28", TermPlace::Invoice, TermKind::Text, "name under which the seller trades", "AccountingSupplierParty/Party/PartyName/Name", "A/SellerTradeParty/SpecifiedLegalOrganization/TradingBusinessName"),
    term("seller.id", "BT-29", TermPlace::Invoice, TermKind::Text, "identifier of the seller, such as a customer or GLN number", "AccountingSupplierParty/Party/PartyIdentification/ID[@schemeID!='SEPA']", "A/SellerTradeParty/ID|A/SellerTradeParty/GlobalID"),
    term("seller.legal_id", "BT-30", TermPlace::Invoice, TermKind::Text, "number of the seller in the trade register", "AccountingSupplierParty/Party/PartyLegalEntity/CompanyID", "A/SellerTradeParty/SpecifiedLegalOrganization/ID"),
    term("seller.vat_id", "BT-31", TermPlace::Invoice, TermKind::Text, "VAT identification number of the seller", "AccountingSupplierParty/Party/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID", "A/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']"),
    term("seller.tax_number", "BT-32", TermPlace::Invoice, TermKind::Text, "tax number of the seller", "AccountingSupplierParty/Party/PartyTaxScheme[TaxScheme/ID!='VAT']/CompanyID", "A/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='FC']"),
    term("seller.legal_info", "BT-33", TermPlace::Invoice, TermKind::Text, "legal form and further information of the seller", "AccountingSupplierParty/Party/PartyLegalEntity/CompanyLegalForm", "A/SellerTradeParty/Description"),
    term("seller.endpoint", "BT-34", TermPlace::Invoice, TermKind::Text, "electronic address of the seller", "AccountingSupplierParty/Party/EndpointID", "A/SellerTradeParty/URIUniversalCommunication/URIID"),
    term("seller.street", "BT-35", TermPlace::Invoice, TermKind::Text, "street of the seller", "AccountingSupplierParty/Party/PostalAddress/StreetName", "A/SellerTradeParty/PostalTradeAddress/LineOne"),
    term("seller.street2", "BT-36", TermPlace::Invoice, TermKind::Text, "second line of the address of the seller", "AccountingSupplierParty/Party/PostalAddress/AdditionalStreetName", "A/SellerTradeParty/PostalTradeAddress/LineTwo"),
    term("seller.street3", "BT-162", TermPlace::Invoice, TermKind::Text, "third line of the address of the seller", "AccountingSupplierParty/Party/PostalAddress/AddressLine/Line", "A/SellerTradeParty/PostalTradeAddress/LineThree"),
    term("seller.city", "BT-37", TermPlace::Invoice, TermKind::Text, "city of the seller", "AccountingSupplierParty/Party/PostalAddress/CityName", "A/SellerTradeParty/PostalTradeAddress/CityName"),
    term("seller.postcode", "BT-38", TermPlace::Invoice, TermKind::Text, "postcode of the seller", "AccountingSupplierParty/Party/PostalAddress/PostalZone", "A/SellerTradeParty/PostalTradeAddress/PostcodeCode"),
    term("seller.region", "BT-39", TermPlace::Invoice, TermKind::Text, "region of the seller", "AccountingSupplierParty/Party/PostalAddress/CountrySubentity", "A/SellerTradeParty/PostalTradeAddress/CountrySubDivisionName"),
    term("seller.country", "BT-40", TermPlace::Invoice, TermKind::Text, "country (ISO 3166) of the seller", "AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode", "A/SellerTradeParty/PostalTradeAddress/CountryID"),
    term("seller.contact", "BT-41", TermPlace::Invoice, TermKind::Text, "person or department at the seller", "AccountingSupplierParty/Party/Contact/Name", "A/SellerTradeParty/DefinedTradeContact/PersonName|A/SellerTradeParty/DefinedTradeContact/DepartmentName"),
    term("seller.phone", "BT-42", TermPlace::Invoice, TermKind::Text, "telephone number of the seller", "AccountingSupplierParty/Party/Contact/Telephone", "A/SellerTradeParty/DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber"),
    term("seller.email", "BT-43", TermPlace::Invoice, TermKind::Text, "e-mail address of the seller", "AccountingSupplierParty/Party/Contact/ElectronicMail", "A/SellerTradeParty/DefinedTradeContact/EmailURIUniversalCommunication/URIID|A/SellerTradeParty/DefinedTradeContact/EmailURIUniversalCommunication/CompleteNumber"),
    term("buyer.name", "BT-44", TermPlace::Invoice, TermKind::Text, "name of the buyer", "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName", "A/BuyerTradeParty/Name"),
    term("buyer.trading_name", "BT-45", TermPlace::Invoice, TermKind::Text, "name under which the buyer trades", "AccountingCustomerParty/Party/PartyName/Name", "A/BuyerTradeParty/SpecifiedLegalOrganization/TradingBusinessName"),
    term("buyer.id", "BT-46", TermPlace::Invoice, TermKind::Text, "identifier of the buyer, such as a customer or GLN number", "AccountingCustomerParty/Party/PartyIdentification/ID[@schemeID!='SEPA']", "A/BuyerTradeParty/ID|A/BuyerTradeParty/GlobalID"),
    term("buyer.legal_id", "BT-47", TermPlace::Invoice, TermKind::Text, "number of the buyer in the trade register", "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID", "A/BuyerTradeParty/SpecifiedLegalOrganization/ID"),
    term("buyer.vat_id", "BT-48", TermPlace::Invoice, TermKind::Text, "VAT identification number of the buyer", "AccountingCustomerParty/Party/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID", "A/BuyerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']"),
    term("buyer.endpoint", "BT-49", TermPlace::Invoice, TermKind::Text, "electronic address of the buyer", "AccountingCustomerParty/Party/EndpointID", "A/BuyerTradeParty/URIUniversalCommunication/URIID"),
    term("buyer.street", "BT-50", TermPlace::Invoice, TermKind::Text, "street of the buyer", "AccountingCustomerParty/Party/PostalAddress/StreetName", "A/BuyerTradeParty/PostalTradeAddress/LineOne"),
    term("buyer.street2", "BT-51", TermPlace::Invoice, TermKind::Text, "second line of the address of the buyer", "AccountingCustomerParty/Party/PostalAddress/AdditionalStreetName", "A/BuyerTradeParty/PostalTradeAddress/LineTwo"),
    term("buyer.street3", "BT-163", TermPlace::Invoice, TermKind::Text, "third line of the address of the buyer", "AccountingCustomerParty/Party/PostalAddress/AddressLine/Line", "A/BuyerTradeParty/PostalTradeAddress/LineThree"),
    term("buyer.city", "BT-52", TermPlace::Invoice, TermKind::Text, "city of the buyer", "AccountingCustomerParty/Party/PostalAddress/CityName", "A/BuyerTradeParty/PostalTradeAddress/CityName"),
    term("buyer.postcode", "BT-53", TermPlace::Invoice, TermKind::Text, "postcode of the buyer", "AccountingCustomerParty/Party/PostalAddress/PostalZone", "A/BuyerTradeParty/PostalTradeAddress/PostcodeCode"),
    term("buyer.region", "BT-54", TermPlace::Invoice, TermKind::Text, "region of the buyer", "AccountingCustomerParty/Party/PostalAddress/CountrySubentity", "A/BuyerTradeParty/PostalTradeAddress/CountrySubDivisionName"),
    term("buyer.country", "BT-55", TermPlace::Invoice, TermKind::Text, "country (ISO 3166) of the buyer", "AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode", "A/BuyerTradeParty/PostalTradeAddress/CountryID"),
    term("buyer.contact", "BT-56", TermPlace::Invoice, TermKind::Text, "person or department at the buyer", "AccountingCustomerParty/Party/Contact/Name", "A/BuyerTradeParty/DefinedTradeContact/PersonName|A/BuyerTradeParty/DefinedTradeContact/DepartmentName"),
    term("buyer.phone", "BT-57", TermPlace::Invoice, TermKind::Text, "telephone number of the buyer", "AccountingCustomerParty/Party/Contact/Telephone", "A/BuyerTradeParty/DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber"),
    term("buyer.email", "BT-58", TermPlace::Invoice, TermKind::Text, "e-mail address of the buyer", "AccountingCustomerParty/Party/Contact/ElectronicMail", "A/BuyerTradeParty/DefinedTradeContact/EmailURIUniversalCommunication/URIID|A/BuyerTradeParty/DefinedTradeContact/EmailURIUniversalCommunication/CompleteNumber"),
    term("payee.name", "BT-59", TermPlace::Invoice, TermKind::Text, "name of the payee, where it is not the seller", "PayeeParty/PartyName/Name", "S/PayeeTradeParty/Name"),
    term("payee.id", "BT-60", TermPlace::Invoice, TermKind::Text, "identifier of the payee", "PayeeParty/PartyIdentification/ID[@schemeID!='SEPA']", "S/PayeeTradeParty/ID|S/PayeeTradeParty/GlobalID"),
    term("payee.legal_id", "BT-61", TermPlace::Invoice, TermKind::Text, "number of the payee in the trade register", "PayeeParty/PartyLegalEntity/CompanyID", "S/PayeeTradeParty/SpecifiedLegalOrganization/ID"),
    term("tax_representative.name", "BT-62", TermPlace::Invoice, TermKind::Text, "name of the seller's tax representative", "TaxRepresentativeParty/PartyName/Name", "A/SellerTaxRepresentativeTradeParty/Name"),
    term("tax_representative.vat_id", "BT-63", TermPlace::Invoice, TermKind::Text, "its VAT identification number", "TaxRepresentativeParty/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID", "A/SellerTaxRepresentativeTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']"),
    term("tax_representative.street", "BT-64", TermPlace::Invoice, TermKind::Text, "street of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/StreetName", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/LineOne"),
    term("tax_representative.street2", "BT-65", TermPlace::Invoice, TermKind::Text, "second line of the address of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/AdditionalStreetName", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/LineTwo"),
    term("tax_representative.street3", "BT-164", TermPlace::Invoice, TermKind::Text, "third line of the address of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/AddressLine/Line", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/LineThree"),
    term("tax_representative.city", "BT-66", TermPlace::Invoice, TermKind::Text, "city of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/CityName", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/CityName"),
    term("tax_representative.postcode", "BT-67", TermPlace::Invoice, TermKind::Text, "postcode of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/PostalZone", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/PostcodeCode"),
    term("tax_representative.region", "BT-68", TermPlace::Invoice, TermKind::Text, "region of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/CountrySubentity", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/CountrySubDivisionName"),
    term("tax_representative.country", "BT-69", TermPlace::Invoice, TermKind::Text, "country (ISO 3166) of the seller's tax representative", "TaxRepresentativeParty/PostalAddress/Country/IdentificationCode", "A/SellerTaxRepresentativeTradeParty/PostalTradeAddress/CountryID"),
    term("delivery.name", "BT-70", TermPlace::Invoice, TermKind::Text, "name of the place of delivery", "Delivery/DeliveryParty/PartyName/Name", "D/ShipToTradeParty/Name"),
    term("delivery.id", "BT-71", TermPlace::Invoice, TermKind::Text, "identifier of the place of delivery", "Delivery/DeliveryLocation/ID", "D/ShipToTradeParty/ID|D/ShipToTradeParty/GlobalID"),
    term("delivery.date", "BT-72", TermPlace::Invoice, TermKind::Date, "date of delivery", "Delivery/ActualDeliveryDate", "D/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"),
    term("period.start", "BT-73", TermPlace::Invoice, TermKind::Date, "first day of the invoiced period", "InvoicePeriod/StartDate", "S/BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
    term("period.end", "BT-74", TermPlace::Invoice, TermKind::Date, "last day of the invoiced period", "InvoicePeriod/EndDate", "S/BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
    term("delivery.street", "BT-75", TermPlace::Invoice, TermKind::Text, "street of the place of delivery", "Delivery/DeliveryLocation/Address/StreetName", "D/ShipToTradeParty/PostalTradeAddress/LineOne"),
    term("delivery.street2", "BT-76", TermPlace::Invoice, TermKind::Text, "second line of the address of the place of delivery", "Delivery/DeliveryLocation/Address/AdditionalStreetName", "D/ShipToTradeParty/PostalTradeAddress/LineTwo"),
    term("delivery.street3", "BT-165", TermPlace::Invoice, TermKind::Text, "third line of the address of the place of delivery", "Delivery/DeliveryLocation/Address/AddressLine/Line", "D/ShipToTradeParty/PostalTradeAddress/LineThree"),
    term("delivery.city", "BT-77", TermPlace::Invoice, TermKind::Text, "city of the place of delivery", "Delivery/DeliveryLocation/Address/CityName", "D/ShipToTradeParty/PostalTradeAddress/CityName"),
    term("delivery.postcode", "BT-78", TermPlace::Invoice, TermKind::Text, "postcode of the place of delivery", "Delivery/DeliveryLocation/Address/PostalZone", "D/ShipToTradeParty/PostalTradeAddress/PostcodeCode"),
    term("delivery.region", "BT-79", TermPlace::Invoice, TermKind::Text, "region of the place of delivery", "Delivery/DeliveryLocation/Address/CountrySubentity", "D/ShipToTradeParty/PostalTradeAddress/CountrySubDivisionName"),
    term("delivery.country", "BT-80", TermPlace::Invoice, TermKind::Text, "country (ISO 3166) of the place of delivery", "Delivery/DeliveryLocation/Address/Country/IdentificationCode", "D/ShipToTradeParty/PostalTradeAddress/CountryID"),
    term("payment_means", "BT-81", TermPlace::Invoice, TermKind::Text, "30 credit transfer, 58 SEPA transfer, 59 SEPA direct debit … (UNTDID 4461)", "PaymentMeans/PaymentMeansCode", "S/SpecifiedTradeSettlementPaymentMeans/TypeCode"),
    term("payment_means_text", "BT-82", TermPlace::Invoice, TermKind::Text, "the means of payment in words", "PaymentMeans/PaymentMeansCode/@name", "S/SpecifiedTradeSettlementPaymentMeans/Information"),
    term("remittance", "BT-83", TermPlace::Invoice, TermKind::Text, "what to state with the payment", "PaymentMeans/PaymentID", "S/PaymentReference"),
    term("iban", "BT-84", TermPlace::Invoice, TermKind::Text, "account to pay to", "PaymentMeans/PayeeFinancialAccount/ID", "S/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID|S/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/ProprietaryID"),
    term("account_name", "BT-85", TermPlace::Invoice, TermKind::Text, "name of that account", "PaymentMeans/PayeeFinancialAccount/Name", "S/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/AccountName"),
    term("bic", "BT-86", TermPlace::Invoice, TermKind::Text, "bank of that account", "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID", "S/SpecifiedTradeSettlementPaymentMeans/PayeeSpecifiedCreditorFinancialInstitution/BICID"),
    term("card_number", "BT-87", TermPlace::Invoice, TermKind::Text, "the last digits of the card that was paid with", "PaymentMeans/CardAccount/PrimaryAccountNumberID", "S/SpecifiedTradeSettlementPaymentMeans/ApplicableTradeSettlementFinancialCard/ID"),
    term("card_holder", "BT-88", TermPlace::Invoice, TermKind::Text, "holder of that card", "PaymentMeans/CardAccount/HolderName", "S/SpecifiedTradeSettlementPaymentMeans/ApplicableTradeSettlementFinancialCard/CardholderName"),
    term("mandate", "BT-89", TermPlace::Invoice, TermKind::Text, "SEPA mandate", "PaymentMeans/PaymentMandate/ID", "S/SpecifiedTradePaymentTerms/DirectDebitMandateID"),
    term("creditor_id", "BT-90", TermPlace::Invoice, TermKind::Text, "SEPA creditor identifier", "AccountingSupplierParty/Party/PartyIdentification/ID[@schemeID='SEPA']|PayeeParty/PartyIdentification/ID[@schemeID='SEPA']", "S/CreditorReferenceID"),
    term("debited_iban", "BT-91", TermPlace::Invoice, TermKind::Text, "account that is debited", "PaymentMeans/PaymentMandate/PayerFinancialAccount/ID", "S/SpecifiedTradeSettlementPaymentMeans/PayerPartyDebtorFinancialAccount/IBANID"),
    term("allowance.amount", "BT-92", TermPlace::Invoice, TermKind::Amount, "allowance on the whole invoice", "AllowanceCharge[ChargeIndicator='false']/Amount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/ActualAmount"),
    term("allowance.base", "BT-93", TermPlace::Invoice, TermKind::Amount, "the amount that it is computed from", "AllowanceCharge[ChargeIndicator='false']/BaseAmount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/BasisAmount"),
    term("allowance.percentage", "BT-94", TermPlace::Invoice, TermKind::Amount, "its percentage", "AllowanceCharge[ChargeIndicator='false']/MultiplierFactorNumeric", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/CalculationPercent"),
    term("allowance.vat_category", "BT-95", TermPlace::Invoice, TermKind::Text, "its VAT category", "AllowanceCharge[ChargeIndicator='false']/TaxCategory/ID", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/CategoryTradeTax/CategoryCode"),
    term("allowance.vat_rate", "BT-96", TermPlace::Invoice, TermKind::Amount, "its VAT rate", "AllowanceCharge[ChargeIndicator='false']/TaxCategory/Percent", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/CategoryTradeTax/RateApplicablePercent"),
    term("allowance.reason", "BT-97", TermPlace::Invoice, TermKind::Text, "its reason", "AllowanceCharge[ChargeIndicator='false']/AllowanceChargeReason", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/Reason"),
    term("allowance.reason_code", "BT-98", TermPlace::Invoice, TermKind::Text, "its reason as a code", "AllowanceCharge[ChargeIndicator='false']/AllowanceChargeReasonCode", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/ReasonCode"),
    term("charge.amount", "BT-99", TermPlace::Invoice, TermKind::Amount, "charge on the whole invoice", "AllowanceCharge[ChargeIndicator='true']/Amount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/ActualAmount"),
    term("charge.base", "BT-100", TermPlace::Invoice, TermKind::Amount, "the amount that it is computed from", "AllowanceCharge[ChargeIndicator='true']/BaseAmount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/BasisAmount"),
    term("charge.percentage", "BT-101", TermPlace::Invoice, TermKind::Amount, "its percentage", "AllowanceCharge[ChargeIndicator='true']/MultiplierFactorNumeric", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/CalculationPercent"),
    term("charge.vat_category", "BT-102", TermPlace::Invoice, TermKind::Text, "its VAT category", "AllowanceCharge[ChargeIndicator='true']/TaxCategory/ID", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/CategoryTradeTax/CategoryCode"),
    term("charge.vat_rate", "BT-103", TermPlace::Invoice, TermKind::Amount, "its VAT rate", "AllowanceCharge[ChargeIndicator='true']/TaxCategory/Percent", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/CategoryTradeTax/RateApplicablePercent"),
    term("charge.reason", "BT-104", TermPlace::Invoice, TermKind::Text, "its reason", "AllowanceCharge[ChargeIndicator='true']/AllowanceChargeReason", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/Reason"),
    term("charge.reason_code", "BT-105", TermPlace::Invoice, TermKind::Text, "its reason as a code", "AllowanceCharge[ChargeIndicator='true']/AllowanceChargeReasonCode", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/ReasonCode"),
    term("line_total", "BT-106", TermPlace::Invoice, TermKind::Amount, "sum of the lines", "LegalMonetaryTotal/LineExtensionAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/LineTotalAmount"),
    term("allowance_total", "BT-107", TermPlace::Invoice, TermKind::Amount, "sum of the allowances on the whole invoice", "LegalMonetaryTotal/AllowanceTotalAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/AllowanceTotalAmount"),
    term("charge_total", "BT-108", TermPlace::Invoice, TermKind::Amount, "sum of the charges on the whole invoice", "LegalMonetaryTotal/ChargeTotalAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/ChargeTotalAmount"),
    term("net_total", "BT-109", TermPlace::Invoice, TermKind::Amount, "total without VAT", "LegalMonetaryTotal/TaxExclusiveAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/TaxBasisTotalAmount"),
    term("vat_total", "BT-110", TermPlace::Invoice, TermKind::Amount, "total VAT", "TaxTotal/TaxAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/TaxTotalAmount"),
    term("vat_total_accounting", "BT-111", TermPlace::Invoice, TermKind::Amount, "total VAT in the currency of the VAT accounting (`vat_currency`)", "TaxTotal/TaxAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/TaxTotalAmount"),
    term("gross_total", "BT-112", TermPlace::Invoice, TermKind::Amount, "total with VAT", "LegalMonetaryTotal/TaxInclusiveAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/GrandTotalAmount"),
    term("prepaid", "BT-113", TermPlace::Invoice, TermKind::Amount, "amount paid already", "LegalMonetaryTotal/PrepaidAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/TotalPrepaidAmount"),
    term("rounding", "BT-114", TermPlace::Invoice, TermKind::Amount, "amount by which the payable amount is rounded", "LegalMonetaryTotal/PayableRoundingAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/RoundingAmount"),
    term("payable", "BT-115", TermPlace::Invoice, TermKind::Amount, "amount to pay", "LegalMonetaryTotal/PayableAmount", "S/SpecifiedTradeSettlementHeaderMonetarySummation/DuePayableAmount"),
    term("document.id", "BT-122", TermPlace::Invoice, TermKind::Text, "supporting document", "AdditionalDocumentReference[DocumentTypeCode!='130']/ID", "A/AdditionalReferencedDocument[TypeCode='916']/IssuerAssignedID"),
    term("document.description", "BT-123", TermPlace::Invoice, TermKind::Text, "what it is", "AdditionalDocumentReference[DocumentTypeCode!='130']/DocumentDescription", "A/AdditionalReferencedDocument[TypeCode='916']/Name"),
    term("document.url", "BT-124", TermPlace::Invoice, TermKind::Text, "where it can be fetched", "AdditionalDocumentReference/Attachment/ExternalReference/URI", "A/AdditionalReferencedDocument/URIID"),
    term("document.filename", "BT-125", TermPlace::Invoice, TermKind::Text, "its file name, where it is inside of the invoice", "AdditionalDocumentReference/Attachment/EmbeddedDocumentBinaryObject/@filename", "A/AdditionalReferencedDocument/AttachmentBinaryObject/@filename"),
    term("vat.base", "BT-116", TermPlace::Vat, TermKind::Amount, "amount that is taxed at this category and rate", "TaxableAmount", "BasisAmount"),
    term("vat.amount", "BT-117", TermPlace::Vat, TermKind::Amount, "VAT on it", "TaxAmount", "CalculatedAmount"),
    term("vat.category", "BT-118", TermPlace::Vat, TermKind::Text, "S standard, Z zero, E exempt, AE reverse charge, K intra-community, G export …", "TaxCategory/ID", "CategoryCode"),
    term("vat.rate", "BT-119", TermPlace::Vat, TermKind::Amount, "rate in per cent", "TaxCategory/Percent", "RateApplicablePercent"),
    term("vat.reason", "BT-120", TermPlace::Vat, TermKind::Text, "reason of an exemption", "TaxCategory/TaxExemptionReason", "ExemptionReason"),
    term("vat.reason_code", "BT-121", TermPlace::Vat, TermKind::Text, "that reason as a code", "TaxCategory/TaxExemptionReasonCode", "ExemptionReasonCode"),
    term("line.id", "BT-126", TermPlace::Line, TermKind::Text, "number of the line", "ID", "AssociatedDocumentLineDocument/LineID"),
    term("line.note", "BT-127", TermPlace::Line, TermKind::Text, "note", "Note", "AssociatedDocumentLineDocument/IncludedNote/Content"),
    term("line.object", "BT-128", TermPlace::Line, TermKind::Text, "what the line is for", "DocumentReference[DocumentTypeCode='130']/ID", "S/AdditionalReferencedDocument[TypeCode='130']/IssuerAssignedID"),
    term("line.quantity", "BT-129", TermPlace::Line, TermKind::Amount, "quantity", "InvoicedQuantity|CreditedQuantity", "D/BilledQuantity"),
    term("line.unit", "BT-130", TermPlace::Line, TermKind::Text, "its unit: H87 or C62 piece, HUR hour, KGM kilogram … (UN/ECE 20, 21)", "InvoicedQuantity/@unitCode|CreditedQuantity/@unitCode", "D/BilledQuantity/@unitCode"),
    term("line.net_amount", "BT-131", TermPlace::Line, TermKind::Amount, "net amount of the line", "LineExtensionAmount", "S/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"),
    term("line.order_line", "BT-132", TermPlace::Line, TermKind::Text, "line of the purchase order", "OrderLineReference/LineID", "A/BuyerOrderReferencedDocument/LineID"),
    term("line.buyer_account", "BT-133", TermPlace::Line, TermKind::Text, "account of the buyer's bookkeeping", "AccountingCost", "S/ReceivableSpecifiedTradeAccountingAccount/ID"),
    term("line.period_start", "BT-134", TermPlace::Line, TermKind::Date, "first day of the line's period", "InvoicePeriod/StartDate", "S/BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
    term("line.period_end", "BT-135", TermPlace::Line, TermKind::Date, "last day of the line's period", "InvoicePeriod/EndDate", "S/BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
    term("line.allowance", "BT-136", TermPlace::Line, TermKind::Amount, "allowance on the line", "AllowanceCharge[ChargeIndicator='false']/Amount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/ActualAmount"),
    term("line.allowance_base", "BT-137", TermPlace::Line, TermKind::Amount, "the amount that it is computed from", "AllowanceCharge[ChargeIndicator='false']/BaseAmount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/BasisAmount"),
    term("line.allowance_percentage", "BT-138", TermPlace::Line, TermKind::Amount, "its percentage", "AllowanceCharge[ChargeIndicator='false']/MultiplierFactorNumeric", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/CalculationPercent"),
    term("line.allowance_reason", "BT-139", TermPlace::Line, TermKind::Text, "its reason", "AllowanceCharge[ChargeIndicator='false']/AllowanceChargeReason", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/Reason"),
    term("line.allowance_reason_code", "BT-140", TermPlace::Line, TermKind::Text, "its reason as a code", "AllowanceCharge[ChargeIndicator='false']/AllowanceChargeReasonCode", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='false']/ReasonCode"),
    term("line.charge", "BT-141", TermPlace::Line, TermKind::Amount, "charge on the line", "AllowanceCharge[ChargeIndicator='true']/Amount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/ActualAmount"),
    term("line.charge_base", "BT-142", TermPlace::Line, TermKind::Amount, "the amount that it is computed from", "AllowanceCharge[ChargeIndicator='true']/BaseAmount", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/BasisAmount"),
    term("line.charge_percentage", "BT-143", TermPlace::Line, TermKind::Amount, "its percentage", "AllowanceCharge[ChargeIndicator='true']/MultiplierFactorNumeric", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/CalculationPercent"),
    term("line.charge_reason", "BT-144", TermPlace::Line, TermKind::Text, "its reason", "AllowanceCharge[ChargeIndicator='true']/AllowanceChargeReason", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/Reason"),
    term("line.charge_reason_code", "BT-145", TermPlace::Line, TermKind::Text, "its reason as a code", "AllowanceCharge[ChargeIndicator='true']/AllowanceChargeReasonCode", "S/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='true']/ReasonCode"),
    term("line.price", "BT-146", TermPlace::Line, TermKind::Amount, "net price", "Price/PriceAmount", "A/NetPriceProductTradePrice/ChargeAmount"),
    term("line.price_discount", "BT-147", TermPlace::Line, TermKind::Amount, "discount on the price", "Price/AllowanceCharge/Amount", "A/GrossPriceProductTradePrice/AppliedTradeAllowanceCharge/ActualAmount"),
    term("line.gross_price", "BT-148", TermPlace::Line, TermKind::Amount, "price before that discount", "Price/AllowanceCharge/BaseAmount", "A/GrossPriceProductTradePrice/ChargeAmount"),
    term("line.price_quantity", "BT-149", TermPlace::Line, TermKind::Amount, "quantity that the price is for", "Price/BaseQuantity", "A/NetPriceProductTradePrice/BasisQuantity"),
    term("line.price_unit", "BT-150", TermPlace::Line, TermKind::Text, "unit that the price is for", "Price/BaseQuantity/@unitCode", "A/NetPriceProductTradePrice/BasisQuantity/@unitCode"),
    term("line.vat_category", "BT-151", TermPlace::Line, TermKind::Text, "VAT category", "Item/ClassifiedTaxCategory/ID", "S/ApplicableTradeTax/CategoryCode"),
    term("line.vat_rate", "BT-152", TermPlace::Line, TermKind::Amount, "VAT rate in per cent", "Item/ClassifiedTaxCategory/Percent", "S/ApplicableTradeTax/RateApplicablePercent"),
    term("line.name", "BT-153", TermPlace::Line, TermKind::Text, "name of the article", "Item/Name", "SpecifiedTradeProduct/Name"),
    term("line.description", "BT-154", TermPlace::Line, TermKind::Text, "description of the article", "Item/Description", "SpecifiedTradeProduct/Description"),
    term("line.article", "BT-155", TermPlace::Line, TermKind::Text, "article number of the seller", "Item/SellersItemIdentification/ID", "SpecifiedTradeProduct/SellerAssignedID"),
    term("line.buyer_article", "BT-156", TermPlace::Line, TermKind::Text, "article number of the buyer", "Item/BuyersItemIdentification/ID", "SpecifiedTradeProduct/BuyerAssignedID"),
    term("line.gtin", "BT-157", TermPlace::Line, TermKind::Text, "standard article number (GTIN, EAN)", "Item/StandardItemIdentification/ID", "SpecifiedTradeProduct/GlobalID"),
    term("line.class", "BT-158", TermPlace::Line, TermKind::Text, "classification of the article", "Item/CommodityClassification/ItemClassificationCode", "SpecifiedTradeProduct/DesignatedProductClassification/ClassCode"),
    term("line.origin_country", "BT-159", TermPlace::Line, TermKind::Text, "country of origin (ISO 3166)", "Item/OriginCountry/IdentificationCode", "SpecifiedTradeProduct/OriginTradeCountry/ID"),
    term("line.attribute", "BT-160", TermPlace::Line, TermKind::Text, "name of a property of the article", "Item/AdditionalItemProperty/Name", "SpecifiedTradeProduct/ApplicableProductCharacteristic/Description"),
    term("line.attribute_value", "BT-161", TermPlace::Line, TermKind::Text, "its value", "Item/AdditionalItemProperty/Value", "SpecifiedTradeProduct/ApplicableProductCharacteristic/Value"),
    term("line.parent", "BT-X-304", TermPlace::Line, TermKind::Text, "of a line below another one: the number of that one (XRechnung Extension, Factur-X EXTENDED)", "../ID", "AssociatedDocumentLineDocument/ParentLineID"),
    term("line.status", "BT-X-8", TermPlace::Line, TermKind::Text, "DETAIL, or GROUP and INFORMATION, whose amounts do not count (Factur-X EXTENDED)", "", "AssociatedDocumentLineDocument/LineStatusReasonCode"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn terms_are_named_by_word_or_number_and_each_once() {
        let names: BTreeSet<&str> = TERMS.iter().map(|term| term.name).collect();
        let ids: BTreeSet<&str> = TERMS.iter().map(|term| term.id).collect();
        assert_eq!((names.len(), ids.len()), (TERMS.len(), TERMS.len()));
        let term = |source: &str| match TermPath::parse(source).map(|path| path.wanted) {
            Ok(TermWanted::Term(term, choice)) => (term.id, choice),
            other => panic!("{other:?}"),
        };
        assert_eq!(term("seller.vat_id"), ("BT-31", None));
        assert_eq!(term("BT-115"), ("BT-115", None));
        let choice = VatChoice { category: "S".into(), rate: Some(rust_decimal::Decimal::new(190, 1)) };
        assert_eq!(term("vat[S:19.0].amount"), ("BT-117", Some(choice)));
        assert!(TermPath::parse("line.quantity").unwrap().is_of_line());
    }

    #[test]
    fn a_name_that_is_none_is_met_with_the_nearest_one() {
        let wrong = |source: &str| TermPath::parse(source).map(|_| ()).unwrap_err();
        let (title, help) = wrong("seller.vatid");
        assert_eq!(
            (title.as_str(), help.as_str()),
            ("`seller.vatid` is no term of an e-invoice", "did you mean `seller.vat_id`?")
        );
        assert!(wrong("nonsense").1.starts_with("terms are named as in recipes/EINVOICE.md"));
        assert_eq!(wrong("vat[s].amount").0, "`vat[s].amount` names no row of the VAT breakdown");
        assert_eq!(wrong("vat[S:x].amount").0, "`vat[S:x].amount` names no row of the VAT breakdown");
    }
}
