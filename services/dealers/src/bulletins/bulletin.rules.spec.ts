import { bulletinActions, bulletinSteps, checkAddressees, checkBulletin, publishBulletin, requireBulletinRole, requireDraft } from './bulletin.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const bulletin = { kind: 'manual', title: '龙头安装说明', text: '见附件', attachments: [] };

describe('bulletins', () => {
  it('D-8: a bulletin has a kind and a title, and says something or carries a paper', () => {
    for (const kind of ['notice', 'manual', 'exploded_view', 'bulletin']) expect(() => checkBulletin({ ...bulletin, kind })).not.toThrow();
    expect(() => checkBulletin({ ...bulletin, text: '', attachments: [{}] })).not.toThrow();
    expect(() => checkBulletin({ ...bulletin, kind: 'letter' })).toThrow(refusal('KIND_UNKNOWN'));
    expect(() => checkBulletin({ ...bulletin, title: '' })).toThrow(refusal('TITLE_INVALID'));
    expect(() => checkBulletin({ ...bulletin, text: '' })).toThrow(refusal('BULLETIN_EMPTY'));
    expect(() => checkBulletin({ ...bulletin, text: 'x'.repeat(10_001) })).toThrow(refusal('BULLETIN_EMPTY'));
  });

  it('D-8: it goes to dealers that work with the manufacturer or will, not to one that has left', () => {
    const addressees = (['applicant', 'active', 'suspended'] as const).map((status, at) => ({ at, status }));
    expect(() => checkAddressees(addressees)).not.toThrow();
    expect(() => checkAddressees([...addressees, { at: 3, status: 'terminated' }])).toThrow(
      expect.objectContaining({ reason: 'DEALER_NOT_ACTIVE', details: { field: 'dealerIds[3]', status: 'terminated' } }),
    );
  });

  it('D-8: a draft is published once, by somebody other than who drafted it, and stays as it was read', () => {
    expect(bulletinSteps.unreachable()).toEqual([]);
    expect(publishBulletin({ state: 'draft', draftedBy: 'a' }, { userId: 'b' })).toBe('published');
    expect(() => publishBulletin({ state: 'draft', draftedBy: 'a' }, { userId: 'a' })).toThrow(refusal('APPROVER_IS_REQUESTER'));
    expect(() => publishBulletin({ state: 'published', draftedBy: 'a' }, { userId: 'b' })).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect(() => requireDraft('draft')).not.toThrow();
    expect(() => requireDraft('published')).toThrow(refusal('STEP_NOT_ALLOWED'));
  });

  it('D-8: the clerk drafts, the supervisor publishes, dealers read, and the manufacturer sees who has read', () => {
    for (const role of ['service_clerk', 'service_supervisor']) expect(() => requireBulletinRole('create', role)).not.toThrow();
    expect(() => requireBulletinRole('publish', 'service_clerk')).toThrow(refusal('ROLE_NOT_ALLOWED'));
    for (const role of ['dealer_manager', 'dealer_technician']) {
      expect(() => requireBulletinRole('read', role)).not.toThrow();
      expect(() => requireBulletinRole('see-readers', role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    }
    expect(() => requireBulletinRole('read', 'service_clerk')).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(() => requireBulletinRole('see-readers', 'auditor')).not.toThrow();
    const actions = bulletinActions({ state: 'draft', draftedBy: 'a' }, { userId: 'a', role: 'service_supervisor' });
    expect(actions).toEqual([{ action: 'update' }, { action: 'publish', reason: 'APPROVER_IS_REQUESTER' }, { action: 'read', reason: 'ROLE_NOT_ALLOWED' }]);
  });
});
