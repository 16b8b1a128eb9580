//! Sources that are documents, and the paths into them: how they are read, and what is said of slips.

use super::{bad, good};
use crate::recipe::model::{DataPath, Finder, Per, Pick, SourceKind};

const XML: &str = "xml: { file: in.xml, records: Stmt/Ntry, namespaces: { c: 'urn:camt' } }";
const JSON: &str = "json: { file: in.json, records: '$.items[*]' }";
const EINVOICE: &str = "einvoice: { file: in.xml }";
const PDF: &str = "pdf: { file: in.pdf }";

fn recipe(source: &str, field: &str) -> String {
    format!(
        "recipe: small\nsource: {{ {source}, locale: de }}\nfields:\n  number: {field}\nkey: number\ntargets:\n  erp:\n    \
         http: {{ url: https://erp.example }}\n    steps:\n      - post: /api/invoices\n        json: {{ number: \"${{number}}\" }}\n"
    )
}

/// What is wrong, each with its place and what to do about it, without the lines of the recipe.
fn wrong(source: &str, field: &str) -> Vec<String> {
    let said = bad(&recipe(source, field));
    let lines = said.lines().map(str::trim);
    let kept = lines.filter_map(|line| {
        ["error: ", "--> ", "= help: "].into_iter().find_map(|mark| line.strip_prefix(mark)).map(str::to_owned)
    });
    kept.collect()
}

fn paths(source: &str, field: &str) -> Vec<DataPath> {
    match good(&recipe(source, field)).fields.remove(0).finder {
        Finder::Pick(Pick::Path { paths, .. }) => paths,
        other => panic!("{other:?}"),
    }
}

#[test]
fn documents_and_paths_are_read_as_they_are_meant() {
    let SourceKind::Xml(xml) = good(&recipe(XML, "{ path: Amt }")).source.kind else { panic!("not XML") };
    assert_eq!((xml.records.source.as_str(), xml.records.from_root), ("Stmt/Ntry", false));
    assert_eq!(xml.namespaces["c"], "urn:camt");
    assert!(matches!(
        &paths(XML, "{ path: [Amt/@Ccy, c:Amt], first: true }")[..],
        [DataPath::Xml(_), DataPath::Xml(_)]
    ));
    let SourceKind::Json(json) = good(&recipe(JSON, "{ path: $.id }")).source.kind else { panic!("not JSON") };
    assert_eq!(json.list.map(|list| list.source).as_deref(), Some("$.items"));
    assert!(matches!(&paths(JSON, "{ path: /$.meta.id }")[..], [DataPath::Json { from_root: true, .. }]));
    let line = "einvoice: { file: [in.xml, in.pdf], per: line }";
    let SourceKind::Einvoice(einvoice) = good(&recipe(line, "{ path: line.id }")).source.kind else { panic!() };
    assert_eq!((einvoice.files.len(), einvoice.per), (2, Per::Line));
    assert!(matches!(&paths(EINVOICE, "{ path: 'vat[S:19].amount' }")[..], [DataPath::Term(_)]));
    let label = good(&recipe(PDF, "{ label: Nummer }")).fields.remove(0).finder;
    assert!(matches!(label, Finder::Pick(Pick::Label(caption)) if caption.value == "Nummer"));
}

#[test]
fn slips_in_sources_are_told() {
    let records = "say which elements are records: `records: Stmt/Ntry`, or from the root: `records: /Document/…`";
    assert_eq!(wrong("xml: { file: a.xml }", "{ path: a }"), ["`records` is missing", "r.yaml:2:11", records]);
    let numbered = "name elements: `Stmt/Ntry`, or from the root: `/Document/…`";
    assert_eq!(
        wrong("xml: { file: a.xml, records: 'Ntry[1]' }", "{ path: a }"),
        ["`Ntry[1]` does not say which elements are records", "r.yaml:2:40", numbered]
    );
    let help = "say which nodes are records: `records: $.items[*]`";
    assert_eq!(wrong("json: { file: a.json }", "{ path: $.a }"), ["`records` is missing", "r.yaml:2:11", help]);
    let two = wrong("json: { file: a, records: $.a }, pdf: { file: b.pdf }", "{ path: $.a }");
    assert_eq!(two[0], "two sources stand here, `json` and `pdf`");
}

#[test]
fn slips_in_paths_are_told_with_their_place() {
    let help = "a path looks like `Amt/@Ccy`, `../Acct/Id/IBAN` or `Party[@role='seller']/Name`";
    assert_eq!(
        wrong(XML, "{ path: 'Amt[@Ccy=EUR]' }"),
        ["`Amt[@Ccy=EUR]` is not a path into XML: a text in quotes is missing: `[@type='net']`", "r.yaml:4:29", help]
    );
    assert_eq!(
        wrong(XML, "{ path: d:Amt }")[0],
        "`d:Amt` is not a path into XML: the prefix `d` is not declared in `namespaces:`"
    );
    assert!(wrong(JSON, "{ path: items.id }")[0].starts_with("`items.id` is not a JSONPath"));
    assert_eq!(
        wrong(EINVOICE, "{ path: seller.vatid }"),
        ["`seller.vatid` is no term of an e-invoice", "r.yaml:4:19", "did you mean `seller.vat_id`?"]
    );
    assert_eq!(
        wrong(EINVOICE, "{ path: line.quantity }"),
        [
            "`line.quantity` belongs to the lines of an invoice",
            "r.yaml:4:19",
            "write `per: line` in the source, so that each line is a row"
        ]
    );
}

#[test]
fn each_source_has_its_own_keys() {
    assert_eq!(
        wrong(PDF, "{ path: a }"),
        ["`path` does not go with the source `pdf`", "r.yaml:4:13", "values stand there by `label:`, `text:`"]
    );
    assert_eq!(wrong(XML, "{ column: a }")[..2], ["`column` does not go with the source `xml`", "r.yaml:4:13"]);
    assert_eq!(wrong(PDF, "{ text: 'Nr (\\d)(\\d)' }")[0], "the pattern has 2 groups, and needs one");
    assert_eq!(wrong(PDF, "{ label: a, first: true }")[0], "`first` goes with `path` only");
    let help = "say where the value stands: `path:`, or `value:` for a computed one";
    assert_eq!(wrong(EINVOICE, "{ required: true }"), ["`path` is missing", "r.yaml:4:3", help]);
}
