import { expect, test } from 'vitest';
import { FieldErrors } from '../../../objects/field-error.ts';
import { validateSubresource } from './validate-update.ts';

const approved = { type: 'Approved', status: 'True' };
const denied = { type: 'Denied', status: 'True' };
const old = { status: { conditions: [approved], certificate: 'AAAA' } };

test.each([
  ['approval', [], ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"']],
  [
    'approval',
    [approved, denied],
    [
      'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ],
  ],
  [
    'status',
    [{ ...approved, status: 'False' }],
    [
      'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
      'status.conditions: Forbidden: updates may not modify a condition of type "Approved"',
    ],
  ],
  ['status', [approved, { type: 'Failed', status: 'True' }], []],
])('a write to %s of %j', (subresource, conditions, messages) => {
  const errors = new FieldErrors();
  validateSubresource({ status: { ...old.status, conditions } }, old, errors, subresource);
  expect(errors.list.map(({ field, body }) => `${field}: ${body}`)).toEqual(messages);
});

test('a certificate is set by status only, once, and is one', () => {
  const errors = new FieldErrors();
  const now = { status: { conditions: [approved], certificate: 'BBBB' } };
  validateSubresource(now, old, errors, 'status');
  validateSubresource(now, { status: { conditions: [approved] } }, errors, '');
  expect(errors.list.map(({ body }) => body)).toEqual([
    'Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    'Forbidden: updates may not modify existing certificate content',
    'Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    'Forbidden: updates may not set certificate content',
  ]);
});
