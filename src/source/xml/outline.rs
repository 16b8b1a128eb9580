//! Every text and attribute of an XML file with its path: for `eintrag inspect`, before any recipe.

use roxmltree::{Document, Node};

use super::find::own_text;
use super::text::Lines;

/// Calls `take` with the path, the line and the text of each element without others in it, and of each attribute.
/// Names stand without their prefixes, as paths of recipes write them.
pub(in crate::source) fn outline(document: &Document<'_>, take: &mut dyn FnMut(&str, u64, &str)) {
    let mut lines = Lines::new(document.input_text());
    for node in document.descendants().filter(Node::is_element) {
        let path = path(node);
        let line = lines.of(node.range().start);
        for attribute in node.attributes() {
            take(&format!("{path}/@{}", attribute.name()), line, attribute.value());
        }
        if !node.children().any(|child| child.is_element()) {
            let text = own_text(node);
            if !text.trim().is_empty() {
                take(&path, line, &text);
            }
        }
    }
}

fn path(node: Node<'_, '_>) -> String {
    let mut names: Vec<&str> = node.ancestors().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
    names.reverse();
    format!("/{}", names.join("/"))
}
