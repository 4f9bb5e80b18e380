// A real OpenID provider for the tests: `node provider.mjs PORT CALLBACK_BASE [KEY]`. Each start has a new signing key, of
// that name. It also gives access tokens for the mobile API (RFC 9068, bound to a key or not). Any password is accepted for the
// invented people below; nothing is kept.
import Provider from 'oidc-provider';
import { createHash, generateKeyPairSync } from 'node:crypto';

const [port, service, kid = 'first'] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = (kid) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig',
});

const people = {
  anne: {
    given_name: 'ANNE', family_name: 'TEST-DURAND', birthdate: '1968-02-03', gender: 'female', birthplace: '99999',
    birthcountry: '99100',
  },
  incomplete: { given_name: 'ANNE' },
  doctor: {
    SubjectNameID: '899700000000', given_name: 'DENIS', family_name: 'TEST-MEDECIN',
    SubjectRefPro: { exercices: [{ codeProfession: '10', codeCategorieProfessionnelle: 'C',
      activities: [{ codeSecteurDactivite: 'SA07' }] }] },
  },
  both: {
    SubjectNameID: '899700000002', given_name: 'ZOE', family_name: 'TEST-DEUX',
    SubjectRefPro: { exercices: [
      { codeProfession: '10', codeCategorieProfessionnelle: 'C', activities: [
        { codeSecteurDactivite: 'SA07', numeroFinessSite: '750000001', raisonSocialeSite: 'CABINET TEST-NORD' },
        { codeSecteurDactivite: 'SA08', numeroFinessSite: '750000002', raisonSocialeSite: 'CENTRE TEST-SUD' },
      ] },
      { codeProfession: '60', codeCategorieProfessionnelle: 'C', activities: [{ codeSecteurDactivite: 'SA07' }] },
    ] },
  },
  student: {
    SubjectNameID: '899700000001',
    SubjectRefPro: { exercices: [{ codeProfession: '10', codeCategorieProfessionnelle: 'E' }] },
  },
};
const claims = [...new Set(Object.values(people).flatMap(Object.keys))];

const client = (id, profile, more) => ({
  client_id: id, client_secret: `secret-of-${id}`, redirect_uris: [`${service}/connexion/${profile}/retour`],
  post_logout_redirect_uris: [`${service}/`],
  token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'ES256',
  backchannel_logout_uri: `${service}/connexion/${profile}/deconnexion`, backchannel_logout_session_required: true, ...more,
});

// SMART scopes that an app may ask for, some of which our façade does not offer.
const smart = ['patient/*.rs', 'patient/*.read', 'patient/Observation.rs', 'patient/Observation.r', 'patient/Patient.r', 'user/*.rs',
  'patient/Observation.cruds', 'patient/*.write', 'system/*.rs', 'patient/Observation.rs?category=laboratory', 'patient/Device.rs',
].join(' ');

// The software of a practice: it launches Jalon on the patient that it shows. `launch` is the id of one of these.
const ins = (value) => [{ system: 'urn:oid:1.2.250.1.213.1.4.10', value }];
const patient = (id, more) => ({ resourceType: 'Patient', id, birthDate: '1968-02-03', gender: 'female',
  name: [{ use: 'official', family: 'TEST-DURAND', given: ['ANNE'] }], identifier: ins('268029900000167'), ...more });
const shown = {
  anne: patient('anne'),
  'other-birth': patient('other-birth', { birthDate: '1969-02-03' }),
  'other-name': patient('other-name', { name: [{ use: 'official', family: 'TEST-AUTRE', given: ['ANNE'] }] }),
  'other-number': patient('other-number', { identifier: ins('269029900000109') }),
  'no-number': patient('no-number', { identifier: undefined }),
  'other-domain': patient('other-domain', { identifier: [{ system: 'urn:oid:1.2.250.1.213.1.4.8', value: '268029900000167' }] }),
  'not-found': undefined,
  'swapped': patient('anne'),
};
const launches = new Map();
const challenge = (verifier) => createHash('sha256').update(verifier).digest('base64url');

const provider = new Provider(issuer, {
  clients: [
    client('citizens', 'citizen', { userinfo_signed_response_alg: 'ES256' }),
    client('professionals', 'professional'),
    { client_id: 'records', client_secret: 'secret-of-records', redirect_uris: [`${service}/mon-dossier/connexion/retour`],
      token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'ES256' },
    { client_id: 'launched', client_secret: 'secret-of-launched', redirect_uris: [`${service}/smart/test-ehr/retour`],
      token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'ES256' },
    { client_id: 'mobile', token_endpoint_auth_method: 'none', application_type: 'native',
      redirect_uris: ['http://127.0.0.1/mobile'], id_token_signed_response_alg: 'ES256' },
  ],
  jwks: { keys: [key(kid)] },
  pkce: { required: () => true },
  scopes: ['openid', 'given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry', 'scope_all',
    'launch/patient', 'patient/*.read', 'launch', 'fhirUser', 'patient/Patient.r'],
  extraParams: ['launch', 'aud'],
  claims: { openid: ['sub', ...claims] },
  features: {
    devInteractions: { enabled: true }, jwtUserinfo: { enabled: true }, backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        scope: `jalon:read jalon:write ${smart}`, audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
    dPoP: { enabled: true },
  },
  cookies: { keys: ['for the tests only'] },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
provider.use(async (ctx, next) => {
  if (ctx.path === '/fhir/.well-known/smart-configuration') {
    ctx.body = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
      code_challenge_methods_supported: ['S256'], capabilities: ['launch-ehr', 'context-ehr-patient', 'sso-openid-connect'] };
    return;
  }
  // Software that a list should not have trusted: without PKCE, sending elsewhere, of another issuer, that launches nothing.
  const wrong = { '/weak': { code_challenge_methods_supported: ['plain'] }, '/elsewhere': { token_endpoint: 'http://evil.example/token' },
    '/other': { issuer: 'https://other.example' }, '/mute': { capabilities: [] } };
  const kind = ctx.path.replace('/.well-known/smart-configuration', '');
  if (wrong[kind]) {
    ctx.body = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
      code_challenge_methods_supported: ['S256'], capabilities: ['launch-ehr'], ...wrong[kind] };
    return;
  }
  const read = ctx.path.match(/^\/fhir\/Patient\/([^/]+)$/);
  if (read) {
    const token = await provider.AccessToken.find((ctx.get('authorization') || '').replace(/^Bearer /, ''));
    const found = token && token.scope?.includes('patient/Patient.r') ? shown[read[1]] : undefined;
    ctx.status = token ? (found ? 200 : 404) : 401;
    if (found) ctx.body = found;
    return;
  }
  if (ctx.path === '/auth' && ctx.query.launch && ctx.query.aud === `${issuer}/fhir`) launches.set(ctx.query.code_challenge, ctx.query.launch);
  await next();
  if (ctx.path === '/token' && ctx.body?.access_token) {
    const launch = launches.get(challenge(ctx.oidc?.params?.code_verifier ?? ''));
    if (launch) ctx.body = { ...ctx.body, patient: launch };
  }
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
