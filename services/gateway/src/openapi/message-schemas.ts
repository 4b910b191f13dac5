import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { nameField, REGION_NAME, TERRITORY_NAMES } from '../regions/named-regions.js';

/** A JSON schema. */
export type Schema = Record<string, unknown>;

const WHOLE = new Set([ScalarType.INT32, ScalarType.UINT32, ScalarType.SINT32, ScalarType.FIXED32, ScalarType.SFIXED32]);

const NAME_SCHEMAS: Record<string, Schema> = {
  [REGION_NAME]: { type: 'string', description: 'Province, city and district in the reader’s language, where the code has a name.' },
  [TERRITORY_NAMES]: { type: 'array', items: { type: 'string' }, description: 'The regions in the order of their codes, in the reader’s language; empty where a code has no name.' },
};

function scalarSchema(scalar: ScalarType): Schema {
  if (scalar === ScalarType.BOOL) return { type: 'boolean' };
  if (WHOLE.has(scalar)) return { type: 'integer' };
  if (scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT) return { type: 'number' };
  return { type: 'string' };
}

/** The schemas of messages as they stand in answers: JSON mapping of protobuf, every field without presence written out. */
export class MessageSchemas {
  readonly schemas: Record<string, Schema> = {};

  /** A reference to the message's schema; it and those it refers to are added. */
  reference(message: DescMessage): Schema {
    if (!(message.name in this.schemas)) {
      this.schemas[message.name] = {};
      this.schemas[message.name] = this.objectOf(message);
    }
    return { $ref: `#/components/schemas/${message.name}` };
  }

  private objectOf(message: DescMessage): Schema {
    const always = message.fields.filter((field) => field.fieldKind !== 'message').map(({ jsonName }) => jsonName);
    return {
      type: 'object',
      properties: Object.fromEntries(message.fields.flatMap((field) => {
        const name = nameField(message, field);
        return [[field.jsonName, this.fieldSchema(field)], ...(name ? [[name, NAME_SCHEMAS[name]]] : [])];
      })),
      ...(always.length > 0 ? { required: always } : {}),
    };
  }

  private fieldSchema(field: DescField): Schema {
    switch (field.fieldKind) {
      case 'message':
        return this.reference(field.message);
      case 'list':
        return { type: 'array', items: field.listKind === 'message' ? this.reference(field.message) : field.listKind === 'scalar' ? scalarSchema(field.scalar) : { type: 'string' } };
      case 'map':
        return { type: 'object', additionalProperties: field.mapKind === 'scalar' ? scalarSchema(field.scalar) : {} };
      case 'scalar':
        return scalarSchema(field.scalar);
      default:
        return { type: 'string' };
    }
  }
}
