//! Following a path through an XML document, from one element or from the root.

use roxmltree::{Document, Node};

use crate::recipe::model::{XmlCondition, XmlName, XmlPath, XmlStep};

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::source) enum Found<'a, 'i> {
    /// An element.
    Element(Node<'a, 'i>),
    /// The text of an attribute.
    Attribute(&'a str),
}

/// Whether an element or attribute of this name is meant; dialects of one format call things differently.
pub(in crate::source) type IsCalled = fn(wanted: &str, found: &str) -> bool;

/// Names as they are written.
pub(in crate::source) fn exactly(wanted: &str, found: &str) -> bool {
    wanted == found
}

impl Found<'_, '_> {
    /// Its text; none for an element with other elements in it.
    pub(in crate::source) fn text(&self) -> Option<String> {
        match self {
            Found::Attribute(text) => Some((*text).to_owned()),
            Found::Element(node) if node.children().any(|child| child.is_element()) => None,
            Found::Element(node) => Some(own_text(*node)),
        }
    }
}

/// The text of an element without others in it. Comments and processing instructions have words too, which are none of
/// the value.
pub(super) fn own_text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

/// Follows a path from an element.
pub(in crate::source) fn find<'a, 'i>(path: &XmlPath, here: Node<'a, 'i>, is_called: IsCalled) -> Vec<Found<'a, 'i>> {
    let begin = if path.from_root { here.document().root() } else { here };
    follow(&path.steps, begin, is_called)
}

/// The elements that are records: those that a path from the root leads to, or those anywhere that a shorter path fits
/// from behind, in the order of the document.
pub(in crate::source) fn records<'a, 'i>(path: &XmlPath, document: &'a Document<'i>) -> Vec<Node<'a, 'i>> {
    if path.from_root {
        let found = follow(&path.steps, document.root(), exactly);
        return found
            .into_iter()
            .filter_map(|found| if let Found::Element(node) = found { Some(node) } else { None })
            .collect();
    }
    document.descendants().filter(|node| node.is_element() && fits(&path.steps, *node)).collect()
}

/// Whether an element is one that these steps lead to from somewhere.
fn fits(steps: &[XmlStep], node: Node<'_, '_>) -> bool {
    let Some((last, before)) = steps.split_last() else { return true };
    let XmlStep::Element(name, conditions) = last else { return false };
    let Some(parent) = node.parent() else { return false };
    // Its position among others is no condition here; `eintrag check` sees to that.
    name.as_ref().is_none_or(|name| is_named(name, node, exactly))
        && !narrowed(vec![node], conditions, exactly).is_empty()
        && (before.is_empty() || (parent.is_element() && fits(before, parent)))
}

fn follow<'a, 'i>(steps: &[XmlStep], begin: Node<'a, 'i>, is_called: IsCalled) -> Vec<Found<'a, 'i>> {
    let mut nodes = vec![begin];
    for step in steps {
        match step {
            XmlStep::Here => {}
            XmlStep::Parent => {
                nodes = nodes.iter().filter_map(Node::parent).collect();
                nodes.dedup();
            }
            XmlStep::Element(name, conditions) => {
                let inside = nodes.iter().map(|node| elements(*node, name.as_ref(), is_called).collect());
                nodes = inside.flat_map(|alike| narrowed(alike, conditions, is_called)).collect();
            }
            XmlStep::Attribute(name) => {
                let is_meant = |attribute: &roxmltree::Attribute<'_, '_>| {
                    is_called(&name.local, attribute.name())
                        && name.namespace.as_deref().is_none_or(|wanted| attribute.namespace() == Some(wanted))
                };
                let found = nodes.iter().flat_map(|node| node.attributes().filter(is_meant).collect::<Vec<_>>());
                return found.map(|attribute| Found::Attribute(attribute.value())).collect();
            }
        }
    }
    nodes.into_iter().map(Found::Element).collect()
}

fn elements<'a, 'i>(
    parent: Node<'a, 'i>,
    name: Option<&XmlName>,
    is_called: IsCalled,
) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |node| node.is_element() && name.is_none_or(|name| is_named(name, *node, is_called)))
}

fn is_named(name: &XmlName, node: Node<'_, '_>, is_called: IsCalled) -> bool {
    let tag = node.tag_name();
    is_called(&name.local, tag.name()) && name.namespace.as_deref().is_none_or(|wanted| tag.namespace() == Some(wanted))
}

fn narrowed<'a, 'i>(
    mut nodes: Vec<Node<'a, 'i>>,
    conditions: &[XmlCondition],
    is_called: IsCalled,
) -> Vec<Node<'a, 'i>> {
    for condition in conditions {
        match condition {
            XmlCondition::Number(number) => nodes = nodes.get(number - 1).copied().into_iter().collect(),
            XmlCondition::Has { way, compared } => nodes.retain(|node| {
                let found = follow(way, *node, is_called);
                match compared {
                    None => !found.is_empty(),
                    Some((equal, wanted)) => {
                        let has = found.iter().any(|found| found.text().is_some_and(|text| text.trim() == wanted));
                        has == *equal
                    }
                }
            }),
        }
    }
    nodes
}
