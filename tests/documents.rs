//! XML, JSON, e-invoices and PDFs as sources: what somebody sees who reads them with a recipe.

use std::fs;

use serde_json::{Value as Json, json};

use crate::desk::{Desk, Said};
use crate::support::{pdf, with_font};

/// A recipe of these fields; records are posted as they are.
fn recipe(source: &str, fields: &str) -> String {
    format!(
        "recipe: r\nsource: {{ {source}, locale: de }}\nfields:\n{fields}\nkey: [number]\ntargets:\n  erp:\n    \
         http: {{ url: \"http://127.0.0.1:9\" }}\n    steps:\n      - post: /invoices\n        json: {{ number: \"${{number}}\" }}\n"
    )
}

/// A desk with a recipe and its input.
fn desk(source: &str, fields: &str, files: &[(&str, &[u8])]) -> Desk {
    let desk = Desk::new();
    desk.write("recipes/r.yaml", &recipe(source, fields));
    for (name, content) in files {
        fs::create_dir_all(desk.file("inbox")).unwrap();
        fs::write(desk.file("inbox").join(name), content).unwrap();
    }
    desk
}

fn dry(desk: &Desk, language: &str) -> Said {
    desk.eintrag(&["run", "recipes/r.yaml", "--dry-run", "--format", "jsonl", "--lang", language])
}

/// The records of a dry run: origin, outcome, fields, and issues as `field code: why`.
fn records(said: &Said) -> Vec<(String, String, Json, Vec<String>)> {
    let lines = said.out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    lines
        .filter(|line| line["kind"] == "record")
        .map(|line| (text(&line["origin"]), text(&line["outcome"]), line["fields"].clone(), issues(&line)))
        .collect()
}

fn issues(line: &Json) -> Vec<String> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let issue = |issue: &Json| format!("{} {}: {}", text(&issue["field"]), text(&issue["code"]), text(&issue["why"]));
    line["issues"].as_array().unwrap().iter().map(issue).collect()
}

/// What is wrong with the first file as a whole.
fn file_issues(said: &Said) -> Vec<String> {
    let lines = said.out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    lines.filter(|line| line["kind"] == "file").take(1).flat_map(|line| issues(&line)).collect()
}

const ORDERS: &str = r#"<?xml version="1.0"?>
<orders xmlns="urn:a" xmlns:b="urn:b" seller="Huber AG">
  <order id="007"><total ccy="EUR">1234.50</total><b:total>9</b:total><day>2026-03-02</day></order>
  <order id="8"><total ccy="EUR">1</total><total ccy="CHF">2</total><day>2.3.2026</day></order>
  <order id="9"><total>3<cents>5</cents></total></order>
</orders>
"#;

const ORDER_FIELDS: &str = "  number: { path: '@id', type: code }\n  seller: { path: ../@seller }\n  \
    total: { path: a:total, type: decimal, locale: iso }\n  day: { path: day, type: date, locale: iso }\n  \
    currency: { path: [\"total/@none\", \"total[@ccy='EUR']/@ccy\"] }";

#[test]
fn elements_are_records_and_values_stand_where_paths_lead() {
    let source = "xml: { file: ../inbox/o.xml, records: orders/order, namespaces: { a: 'urn:a' } }";
    let desk = desk(source, ORDER_FIELDS, &[("o.xml", ORDERS.as_bytes())]);
    let said = dry(&desk, "en").ended(1);
    let records = records(&said);
    let (origin, outcome, fields, _) = &records[0];
    assert_eq!((origin.as_str(), outcome.as_str()), ("o.xml:3", "valid"));
    let right =
        json!({ "number": "007", "seller": "Huber AG", "total": "1234.50", "day": "2026-03-02", "currency": "EUR" });
    assert_eq!(*fields, right);
    assert_eq!(
        records[1].3[0],
        "total path_twice: `a:total` leads to 2 places, so it is not clear which one counts; state `first: true`, or narrow it"
    );
    assert!(records[1].3[1].starts_with("day date: "), "{:?}", records[1].3);
    assert_eq!(
        records[2].3,
        ["total path_kind: `a:total` leads to an element with others in it, which has no value of its own"]
    );
    let german = self::records(&dry(&desk, "de"));
    assert_eq!(
        german[1].3[0],
        "total path_twice: `a:total` führt zu 2 Stellen; welche gilt, ist unklar; `first: true` angeben oder genauer fassen"
    );
}

#[test]
fn comments_and_instructions_are_no_text() {
    let text = "<x><r><number>6<!-- c -->7</number><total>10<?p 9?>4.01</total><day><!--1-->2026-03-02</day></r></x>";
    let fields = "  number: { path: number, type: code }\n  total: { path: total, type: decimal, locale: iso }\n  \
                  day: { path: day, type: date, locale: iso }";
    let desk = desk("xml: { file: ../inbox/o.xml, records: r }", fields, &[("o.xml", text.as_bytes())]);
    let right = json!({ "number": "67", "total": "104.01", "day": "2026-03-02" });
    assert_eq!(records(&dry(&desk, "en").ended(0))[0].2, right);
    let shown = desk.eintrag(&["inspect", "inbox/o.xml"]).ended(0);
    assert!(shown.out.contains("67") && shown.out.contains("104.01") && !shown.out.contains('c'), "{}", shown.out);
    let gross = "104.01</cbc:TaxInclusiveAmount>";
    let invoice = invoice(&[(gross, "<!--1-->104.01</cbc:TaxInclusiveAmount>")]);
    let fields = "  number: { path: number }\n  gross: { path: gross_total, type: decimal }";
    let desk = self::desk("einvoice: { file: ../inbox/i.xml }", fields, &[("i.xml", invoice.as_bytes())]);
    assert_eq!(records(&dry(&desk, "en").ended(0))[0].2["gross"], "104.01");
}

#[test]
fn a_path_that_leads_nowhere_is_no_empty_file() {
    let said = |records: &str, text: &str| {
        let source = format!("xml: {{ file: ../inbox/o.xml, records: {records} }}");
        dry(&desk(&source, "  number: { path: '@id' }", &[("o.xml", text.as_bytes())]), "en")
    };
    let wrong = file_issues(&said("orders/ordr", ORDERS));
    assert!(wrong.is_empty(), "an empty list of them is none: {wrong:?}");
    let wrong = file_issues(&said("Order", ORDERS));
    assert!(wrong[0].contains("`o.xml` has no element that `Order` leads to; did you mean `order`?"), "{wrong:?}");
    let wrong = file_issues(&said("/orders/lines/order", ORDERS));
    assert!(wrong[0].contains("has no element that `/orders/lines/order` leads to"), "{wrong:?}");
    let nested = file_issues(&said("a", "<x><a><a/></a></x>"));
    assert!(nested[0].contains("an element that `a` leads to stands inside of another one"), "{nested:?}");
    let typed = file_issues(&said("a", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x><a>&e;</a></x>"));
    assert!(typed[0].contains("has a document type"), "{typed:?}");
}

#[test]
fn nodes_of_json_are_records() {
    let text = r#"{ "meta": { "seller": "Huber AG" }, "items": [
        { "id": 7, "total": 1234.50, "paid": true, "more": { "a b": "x" } },
        { "id": "00123456789012345678901", "total": 1e3, "more": [1, 2] },
        { "id": null, "total": "1.234.50" }, { "id": 20260315, "total": "1.234", "on": 20260315 } ] }"#;
    let fields = "  number: { path: $.id, type: code, required: true }\n  seller: { path: /$.meta.seller }\n  \
        total: { path: $.total, type: decimal }\n  paid: { path: $.paid, type: bool }\n  \
        on: { path: $.on, type: date, format: yyyyMMdd }\n  more: { path: [\"$.more['a b']\", \"$.more[*]\"], first: true }\n  all: { path: $.more }";
    let source = "json: { file: ../inbox/o.json, records: '$.items[*]' }";
    let records = records(&dry(&desk(source, fields, &[("o.json", text.as_bytes())]), "en").ended(1));
    let (origin, _, fields, wrong) = &records[0];
    assert_eq!(origin, "o.json › $.items[0]");
    assert_eq!(wrong[..], ["all path_kind: `$.more` leads to an object, which has no value of its own"]);
    assert_eq!(fields["seller"], "Huber AG");
    assert_eq!((&fields["total"], &fields["paid"], &fields["more"]), (&json!("1234.50"), &json!(true), &json!("x")));
    assert_eq!((&records[1].2["number"], &records[1].2["total"]), (&json!("00123456789012345678901"), &json!("1000")));
    assert_eq!(records[1].2["more"], "1");
    assert!(
        records[2].3[0].starts_with("total number") && records[2].3[1].starts_with("number required"),
        "{records:?}"
    );
    // A number is one by the format's own rule; a text is read as the recipe says that texts are written.
    let last = &records[3].2;
    assert_eq!(
        (&last["number"], &last["total"], &last["on"]),
        (&json!("20260315"), &json!("1234"), &json!("2026-03-15"))
    );
}

#[test]
fn numbers_and_dates_in_xml_are_read_as_the_recipe_says() {
    let xml = "<x><r><number>1</number><total>1.234</total><day>02.03.2026</day></r>\
               <r><number>2</number><total>1234.50</total><day>2026-03-02</day></r></x>";
    let read = |locale: &str| {
        let fields = format!(
            "  number: {{ path: number }}\n  total: {{ path: total, type: decimal{locale} }}\n  day: {{ path: day, type: date{locale} }}"
        );
        let desk = desk("xml: { file: ../inbox/o.xml, records: r }", &fields, &[("o.xml", xml.as_bytes())]);
        records(&dry(&desk, "en").ended(1))
    };
    let german = read("");
    assert_eq!(german[0].2, json!({ "number": "1", "total": "1234", "day": "2026-03-02" }));
    assert!(german[1].3[0].starts_with("total number") && german[1].3[1].starts_with("day date"), "{german:?}");
    let machine = read(", locale: iso");
    assert_eq!(machine[0].2["total"], "1.234");
    assert!(machine[0].3[0].starts_with("day date"), "{machine:?}");
    assert_eq!(machine[1].2, json!({ "number": "2", "total": "1234.50", "day": "2026-03-02" }));
}

#[test]
fn how_a_term_of_an_invoice_is_written_is_not_the_recipes_to_say() {
    let fields = "  number: { path: number, locale: iso }\n  gross: { path: gross_total, type: decimal, locale: de }";
    let desk = desk("einvoice: { file: ../inbox/*.xml }", fields, &[]);
    let said = desk.eintrag(&["check", "recipes/r.yaml"]).ended(2);
    let text = format!("{}{}", said.out, said.err);
    assert!(text.contains("`locale` does not go with a term of an e-invoice"), "{text}");
}

#[test]
fn json_that_programs_understand_differently_is_refused() {
    let said = |text: &str| {
        let source = "json: { file: ../inbox/o.json, records: '$.items[*]' }";
        dry(&desk(source, "  number: { path: $.id }", &[("o.json", text.as_bytes())]), "en")
    };
    let twice = file_issues(&said("{ \"items\": [\n{ \"id\": 1, \"id\": 2 } ] }"));
    assert!(
        twice[0].contains("`o.json` is not JSON that can be used: the name `id` stands in one object twice"),
        "{twice:?}"
    );
    assert!(file_issues(&said("{ \"items\": [")).join("").contains("is not JSON that can be used: EOF"));
    assert!(file_issues(&said("{ \"item\": [] }")).join("").contains("has nothing that `$.items[*]` leads to"));
    assert!(file_issues(&said(&"[".repeat(100_000))).join("").contains("recursion limit"));
    assert_eq!(file_issues(&said("{ \"items\": [] }")), [""; 0]);
}

/// The fixture's invoice, changed.
fn invoice(changes: &[(&str, &str)]) -> String {
    let text = include_str!("../fixtures/e-invoices/good/xrechnung.xml").to_owned();
    changes.iter().fold(text, |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the invoice");
        text.replacen(old, new, 1)
    })
}

fn invoice_issues(changes: &[(&str, &str)], language: &str) -> Vec<String> {
    let desk = desk(
        "einvoice: { file: ../inbox/i.xml }",
        "  number: { path: number }",
        &[("i.xml", invoice(changes).as_bytes())],
    );
    records(&dry(&desk, language)).remove(0).3
}

#[test]
fn totals_that_do_not_add_up_reject_the_invoice() {
    assert_eq!(invoice_issues(&[], "en"), [""; 0]);
    let total = |name: &str, value: &str| format!("<cbc:{name} currencyID=\"EUR\">{value}</cbc:{name}>");
    let line = total("LineExtensionAmount", "75.00");
    assert_eq!(
        invoice_issues(&[(&line, &total("LineExtensionAmount", "75.01"))], "en"),
        [
            " br_co_10: the sum of the lines (BT-106) is 87.40, but the lines add up to 87.41 (BR-CO-10); ask for a correct invoice"
        ]
    );
    let allowance = "<cac:TaxTotal>\n";
    let with = "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount>5</cbc:Amount></cac:AllowanceCharge>";
    let codes = |changes: &[(&str, &str)]| -> Vec<String> {
        invoice_issues(changes, "en").iter().map(|issue| issue.split(':').next().unwrap().trim().to_owned()).collect()
    };
    // An allowance that no total knows of: BT-107 is missing, and counts as 0.
    assert_eq!(codes(&[(allowance, &format!("{with}{allowance}"))]), ["br_co_11"]);
    let charge = with.replace("false", "true");
    assert_eq!(codes(&[(allowance, &format!("{charge}{allowance}"))]), ["br_co_12"]);
    let net = total("TaxExclusiveAmount", "87.40");
    assert_eq!(codes(&[(&net, &total("TaxExclusiveAmount", "87.41"))]), ["br_co_13", "br_co_15"]);
    let vat = total("TaxAmount", "16.61");
    assert_eq!(codes(&[(&vat, &total("TaxAmount", "16.60"))]), ["br_co_14", "br_co_15"]);
    let payable = total("PayableAmount", "104.01");
    assert_eq!(codes(&[(&payable, &total("PayableAmount", "104.00"))]), ["br_co_16"]);
    assert_eq!(codes(&[(&payable, &total("PayableAmount", "104,01"))]), ["invoice_amount"]);
    let german = invoice_issues(&[(&payable, &total("PayableAmount", "104.00"))], "de");
    assert_eq!(
        german,
        [
            " br_co_16: der Zahlbetrag (BT-115) ist 104,00, Brutto, Anzahlung und Rundung ergeben aber 104,01 (BR-CO-16); bitte eine richtige Rechnung anfordern"
        ]
    );
}

#[test]
fn amounts_in_another_currency_reject_the_invoice() {
    let line = "<cbc:LineExtensionAmount currencyID=\"EUR\">75.00";
    let gross = "<cbc:TaxInclusiveAmount currencyID=\"EUR\">";
    let in_dollars = |text: &str| text.replace("EUR", "USD");
    let issue = |term: &str| {
        format!(
            " invoice_currency: the amount {term} is in `USD`, but the invoice is in `EUR` (BT-5); ask for a correct invoice"
        )
    };
    assert_eq!(invoice_issues(&[(gross, &in_dollars(gross))], "en"), [issue("BT-112")]);
    assert_eq!(invoice_issues(&[(line, &in_dollars(line))], "en"), [issue("BT-131")]);
    assert_eq!(
        invoice_issues(&[(gross, &in_dollars(gross))], "de"),
        [
            " invoice_currency: der Betrag BT-112 ist in `USD`, die Rechnung aber in `EUR` (BT-5); bitte eine richtige Rechnung anfordern"
        ]
    );
    // Only the VAT accounting may have a currency of its own, and only for what stands there besides.
    let currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>";
    let accounting = format!("{currency}<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>");
    assert_eq!(invoice_issues(&[(currency, &accounting), (gross, &in_dollars(gross))], "en").len(), 1);
    let besides = format!("{}115.00</cbc:TaxInclusiveAmount>{gross}", in_dollars(gross));
    assert_eq!(invoice_issues(&[(currency, &accounting), (gross, &besides)], "en"), [""; 0]);
    // Without such an accounting it is no second total.
    assert_eq!(invoice_issues(&[(gross, &besides)], "en"), [issue("BT-112")]);
}

/// An invoice in the profile MINIMUM: totals alone.
fn minimum(gross: &str) -> String {
    format!(
        "<rsm:CrossIndustryInvoice xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
         xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\">\
         <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>\
         <ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>\
         </rsm:ExchangedDocumentContext><rsm:ExchangedDocument><ram:ID>F-1</ram:ID></rsm:ExchangedDocument>\
         <rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeSettlement>\
         <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradeSettlementHeaderMonetarySummation>\
         <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>\
         <ram:TaxTotalAmount currencyID=\"EUR\">19.00</ram:TaxTotalAmount>\
         <ram:GrandTotalAmount>{gross}</ram:GrandTotalAmount><ram:DuePayableAmount>{gross}</ram:DuePayableAmount>\
         </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>\
         </rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    )
}

#[test]
fn the_profile_minimum_has_no_vat_breakdown_by_design() {
    let fields = "  number: { path: number }\n  vat: { path: vat_total, type: decimal }";
    let read = |text: &str| {
        let desk = desk("einvoice: { file: ../inbox/i.xml }", fields, &[("i.xml", text.as_bytes())]);
        records(&dry(&desk, "en")).remove(0)
    };
    let (_, outcome, fields, _) = read(&minimum("119.00"));
    assert_eq!((outcome.as_str(), &fields["vat"]), ("valid", &json!("19.00")));
    let wrong = |text: &str| read(text).3.iter().map(|issue| issue[1..9].to_owned()).collect::<Vec<_>>();
    assert_eq!(wrong(&minimum("118.00")), ["br_co_15"]);
    assert_eq!(wrong(&minimum("119.00").replace(":minimum", ":basicwl")), ["br_co_14"]);
}

#[test]
fn sums_are_told_with_their_cents() {
    let total = "<cbc:LineExtensionAmount currencyID=\"EUR\">";
    let line = invoice_issues(&[(&format!("{total}75.00"), &format!("{total}74.00"))], "de");
    assert_eq!(
        line,
        [
            " br_co_10: die Summe der Positionen (BT-106) ist 87,40, die Positionen ergeben aber 86,40 (BR-CO-10); bitte eine richtige Rechnung anfordern"
        ]
    );
}

#[test]
fn terms_are_read_by_name_number_and_row_of_the_vat_breakdown() {
    let fields = "  number: { path: BT-1 }\n  vat: { path: 'vat[S:19].amount', type: decimal }\n  \
        other: { path: 'vat[S:7].amount', type: decimal }\n  iban: { path: iban, type: iban }\n  credit: { path: credit_note, type: bool }";
    let credit = include_bytes!("../fixtures/e-invoices/awkward/gutschrift.xml");
    let one = "<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>";
    let two =
        format!("{one}<cac:PayeeFinancialAccount><cbc:ID>AT611904300234573201</cbc:ID></cac:PayeeFinancialAccount>");
    let twice = invoice(&[(one, &two)]);
    let plain = invoice(&[]);
    let files: [(&str, &[u8]); 3] = [("a.xml", plain.as_bytes()), ("b.xml", credit), ("c.xml", twice.as_bytes())];
    let records = records(&dry(&desk("einvoice: { file: ../inbox/*.xml }", fields, &files), "en").ended(1));
    let right = json!({ "number": "RE-2026-0815", "vat": "16.61", "other": null, "iban": "DE89370400440532013000", "credit": false });
    assert_eq!(records[0].2, right);
    assert_eq!((&records[1].2["credit"], &records[1].2["vat"]), (&json!(true), &json!("2.85")));
    assert!(records[2].3[0].starts_with("iban path_twice: `iban` leads to 2 places"), "{records:?}");
}

#[test]
fn an_invoice_stands_in_a_pdf_or_the_pdf_says_that_none_does() {
    let page = [(56, 780, "Rechnung")];
    let inside = pdf(&page, Some(("factur-x.xml", invoice(&[]).as_bytes())));
    let other = pdf(&page, Some(("notes.xml", b"<notes/>")));
    let cut = inside[..inside.len() / 2].to_vec();
    let files: [(&str, &[u8]); 4] = [("1.pdf", &inside), ("2.pdf", &other), ("3.pdf", &cut), ("4.pdf", b"%PDF-1.7\n")];
    let said = dry(
        &desk(
            "einvoice: { file: ../inbox/*.pdf, per: line }",
            "  number: { path: number }\n  line: { path: line.id }",
            &files,
        ),
        "de",
    );
    let records = records(&said);
    assert_eq!((records[0].0.as_str(), &records[0].2["line"]), ("1.pdf › factur-x.xml:38", &json!("1")));
    let none = records.iter().find(|record| record.0 == "2.pdf").unwrap();
    assert_eq!(none.3[0], " no_invoice: das PDF enthält keine E-Rechnung (weder ZUGFeRD noch Factur-X)");
    for name in ["3.pdf", "4.pdf"] {
        let line = said.out.lines().find(|line| line.contains("\"kind\":\"file\"") && line.contains(name)).unwrap();
        assert!(line.contains("it is damaged or cut off"), "{line}");
    }
}

#[test]
fn where_a_pdf_has_no_invoice_inside_its_text_is_read() {
    let page = [(56, 780, "Rechnungsnummer: A-77"), (56, 760, "Zahlbetrag 1.190,00")];
    let inside = pdf(&page, Some(("factur-x.xml", invoice(&[]).as_bytes())));
    let plain = pdf(&page, None);
    let files: [(&str, &[u8]); 2] = [("1.pdf", &inside), ("2.pdf", &plain)];
    let fields = "  number: { path: number, label: Rechnungsnummer, required: true }\n  \
        gross: { text: 'Zahlbetrag (\\S+)', path: gross_total, type: decimal }\n  seller: { path: seller.name }";
    let records = records(&dry(&desk("einvoice: { file: ../inbox/*.pdf }", fields, &files), "en").ended(0));
    // What the invoice says counts, and nothing of what is printed beside it; a text is read by the source's locale.
    assert_eq!((&records[0].2["number"], &records[0].2["gross"]), (&json!("RE-2026-0815"), &json!("104.01")));
    assert_eq!(records[1].2, json!({ "number": "A-77", "gross": "1190.00", "seller": null }));

    let refused = |source: &str, fields: &str| {
        let said = desk(source, fields, &[]).eintrag(&["check", "recipes/r.yaml"]).ended(2);
        format!("{}{}", said.out, said.err)
    };
    let lines = refused("einvoice: { file: ../inbox/*.pdf, per: line }", fields);
    assert!(lines.contains("`label` beside `path` goes with `per: invoice` only"), "{lines}");
    let xml = refused("xml: { file: ../inbox/*.xml, records: r }", "  number: { path: number, label: Nummer }");
    assert!(xml.contains("the field `number` has two places, `path` and `label`"), "{xml}");
}

#[test]
fn a_pdf_is_read_by_captions_and_patterns() {
    let page = [
        (56, 780, "Rechnungsnummer: RE-2026-00311"),
        (56, 760, "Rechnungsdatum"),
        (200, 760, "02.03.2026"),
        (56, 700, "Netto"),
        (300, 700, "USt"),
        (56, 686, "1.000,00"),
        (300, 686, "190,00"),
        (56, 640, "Zahlbetrag 1.190,00 EUR bis 01.04.2026"),
        (56, 620, "Kundennr. 4711"),
        (56, 600, "Kundennr. 4712"),
    ];
    let fields = "  number: { label: Rechnungsnummer, required: true }\n  issued: { label: rechnungsdatum, type: date }\n  \
        net: { label: 'Netto:', type: decimal }\n  vat: { label: USt, type: decimal }\n  \
        gross: { text: 'Zahlbetrag\\s+([\\d.,]+)', type: decimal }\n  customer: { text: 'Kundennr\\. (\\d+)' }\n  none: { label: Skonto }";
    let records =
        records(&dry(&desk("pdf: { file: ../inbox/r.pdf }", fields, &[("r.pdf", &pdf(&page, None))]), "en").ended(1));
    let (origin, _, fields, wrong) = &records[0];
    assert_eq!(origin, "r.pdf");
    assert_eq!(wrong[..], ["customer text_twice: `Kundennr\\. (\\d+)` finds different values: `4711`, `4712`"]);
    let right = json!({ "number": "RE-2026-00311", "issued": "2026-03-02", "net": "1000.00", "vat": "190.00", "gross": "1190.00", "none": null });
    assert_eq!(*fields, right);
}

#[test]
fn letters_that_a_pdf_does_not_tell_are_not_guessed() {
    let page = [(56, 780, "Nummer: 12")];
    let hidden = "/Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Own /FontDescriptor << /Type /FontDescriptor /FontFile3 4 0 R >>";
    let files: [(&str, &[u8]); 2] = [("hidden.pdf", &with_font(hidden, &page, None)), ("scan.pdf", &pdf(&[], None))];
    let records =
        records(&dry(&desk("pdf: { file: ../inbox/*.pdf }", "  number: { label: Nummer }", &files), "de").ended(1));
    for record in &records {
        assert_eq!(
            record.3[0],
            " no_text: das PDF enthält keinen lesbaren Text; es ist ein Scan oder verbirgt seine Buchstaben und muss von Hand erfasst werden"
        );
    }
    assert_eq!(records.len(), 2);
}

#[test]
fn lines_inside_of_lines_are_counted_or_rows() {
    let end = "</cac:InvoiceLine>";
    let inside = |id: &str, more: &str| {
        format!(
            "<cac:SubInvoiceLine><cbc:ID>{id}</cbc:ID><cbc:InvoicedQuantity unitCode=\"C62\">1</cbc:InvoicedQuantity>\
             <cbc:LineExtensionAmount currencyID=\"EUR\">7.00</cbc:LineExtensionAmount>{more}</cac:SubInvoiceLine>"
        )
    };
    let nested = inside("1.1", &inside("1.1.1", "")) + &inside("1.2", "");
    let text = invoice(&[(end, &format!("{nested}{end}"))]);
    let fields = "  number: { path: number }\n  line: { path: line.id }\n  around: { path: line.parent }\n  \
                  amount: { path: line.net_amount, type: decimal }";
    let said = |per: &str| {
        let source = format!("einvoice: {{ file: ../inbox/i.xml, per: {per} }}");
        dry(&desk(&source, fields, &[("i.xml", text.as_bytes())]), "en").ended(1)
    };
    let shown = |said: &Said| -> Vec<String> {
        let of = |fields: &Json| format!("{} in {}", fields["line"], fields["around"]).replace('"', "");
        records(said).iter().map(|record| of(&record.2)).collect()
    };
    let outer = said("line");
    assert_eq!(shown(&outer), ["1 in null", "2 in null"]);
    assert!(outer.out.contains("\"rows\":5,\"skipped\":3"), "{}", outer.out);
    let all = said("sub_line");
    assert_eq!(shown(&all), ["1 in null", "1.1 in 1", "1.1.1 in 1.1", "1.2 in 1", "2 in null"]);
    assert!(all.out.contains("\"rows\":5,\"skipped\":0"), "{}", all.out);
    let desk = desk("einvoice: { file: ../inbox/i.xml }", fields, &[("i.xml", text.as_bytes())]);
    let raw = desk.eintrag(&["inspect", "inbox/i.xml", "--raw"]);
    let raw: Json = serde_json::from_str(raw.out.lines().next().unwrap()).unwrap();
    let inner = raw["lines"][0]["sub_lines"].as_array().unwrap();
    assert_eq!(inner.iter().map(|line| &line["id"]).collect::<Vec<_>>(), ["1.1", "1.1.1", "1.2"]);
}

#[test]
fn the_vat_in_the_currency_of_the_accounting_is_a_total_of_its_own() {
    let currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>";
    let both = format!("{currency}<cbc:TaxCurrencyCode>CHF</cbc:TaxCurrencyCode>");
    let total = "<cac:LegalMonetaryTotal>";
    let second = format!("<cac:TaxTotal><cbc:TaxAmount currencyID=\"CHF\">15.90</cbc:TaxAmount></cac:TaxTotal>{total}");
    let address = "<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>Vertreter</cbc:Name></cac:PartyName><cac:PostalAddress>\
                   <cbc:StreetName>Weg 1</cbc:StreetName><cac:AddressLine><cbc:Line>Hof</cbc:Line></cac:AddressLine>\
                   <cac:Country><cbc:IdentificationCode>AT</cbc:IdentificationCode></cac:Country></cac:PostalAddress>\
                   </cac:TaxRepresentativeParty><cac:PaymentMeans>";
    let abroad = invoice(&[(currency, &both), (total, &second), ("<cac:PaymentMeans>", address)]);
    let plain = invoice(&[]);
    let fields = "  number: { path: number }\n  vat: { path: vat_total, type: decimal }\n  \
                  swiss: { path: BT-111, type: decimal }\n  \
                  at: { path: tax_representative.country }\n  street: { path: BT-64 }\n  third: { path: BT-164 }";
    let files: [(&str, &[u8]); 2] = [("a.xml", abroad.as_bytes()), ("b.xml", plain.as_bytes())];
    let records = records(&dry(&desk("einvoice: { file: ../inbox/*.xml }", fields, &files), "en"));
    assert_eq!(
        records[0].2,
        json!({ "number": "RE-2026-0815", "vat": "16.61", "swiss": "15.90", "at": "AT", "street": "Weg 1", "third": "Hof" })
    );
    let none = Json::Null;
    assert_eq!((&records[1].2["vat"], &records[1].2["swiss"]), (&json!("16.61"), &none), "{records:?}");
}
