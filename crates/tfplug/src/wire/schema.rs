//! Schemas in the form in which Terraform reads them.

use bytes::Bytes;

use super::generated::tfplugin6 as proto;
use crate::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS, Timeouts};
use crate::value::Type;
use proto::StringKind;
use proto::schema::nested_block::NestingMode as BlockNesting;
use proto::schema::object::NestingMode;

pub(super) fn schema(schema: &Schema) -> proto::Schema {
    proto::Schema {
        version: schema.version_number(),
        block: Some(proto::schema::Block {
            version: schema.version_number(),
            attributes: attributes(schema.attributes()),
            block_types: schema.timeouts_block().map(timeouts).into_iter().collect(),
            description: schema.description().to_owned(),
            description_kind: StringKind::Markdown.into(),
            deprecated: schema.deprecation().is_some(),
            deprecation_message: schema.deprecation().unwrap_or_default().to_owned(),
        }),
    }
}

fn attributes<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
) -> Vec<proto::schema::Attribute> {
    attributes.map(|(name, it)| attribute(name, it)).collect()
}

/// Terraform refuses an attribute that has both a type and a nested type.
fn attribute(name: &str, it: &Attribute) -> proto::schema::Attribute {
    let nested = match it.kind() {
        Kind::Nested(nesting, _) => Some(object(*nesting, it)),
        _ => None,
    };
    proto::schema::Attribute {
        name: name.to_owned(),
        r#type: if nested.is_some() { Bytes::new() } else { type_json(&it.ty()) },
        nested_type: nested,
        description: it.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
        required: it.is_required(),
        optional: it.is_optional(),
        computed: it.is_computed(),
        sensitive: it.is_sensitive(),
        write_only: it.is_write_only(),
        deprecated: it.deprecation().is_some(),
        deprecation_message: it.deprecation().unwrap_or_default().to_owned(),
    }
}

fn object(nesting: Nesting, it: &Attribute) -> proto::schema::Object {
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::Object {
        attributes: attributes(it.nested()),
        nesting: nesting.into(),
        ..proto::schema::Object::default()
    }
}

fn timeouts(timeouts: &Timeouts) -> proto::schema::NestedBlock {
    let attributes = timeouts.operations().map(|(operation, default)| proto::schema::Attribute {
        name: operation.name().to_owned(),
        r#type: type_json(&Type::String),
        description: Timeouts::describe(operation, default),
        description_kind: StringKind::Markdown.into(),
        optional: true,
        ..proto::schema::Attribute::default()
    });
    proto::schema::NestedBlock {
        type_name: TIMEOUTS.to_owned(),
        block: Some(proto::schema::Block {
            attributes: attributes.collect(),
            description: "How long the operations may take.".to_owned(),
            description_kind: StringKind::Markdown.into(),
            ..proto::schema::Block::default()
        }),
        nesting: BlockNesting::Single.into(),
        min_items: 0,
        max_items: 0,
    }
}

pub(super) fn type_json(ty: &Type) -> Bytes {
    ty.to_json().to_string().into()
}
