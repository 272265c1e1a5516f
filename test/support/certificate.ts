// Certificates of a test's own, made on the spot: ones that sign themselves, and ones that an authority of the test signs.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  subjectKeyIdentifier: '551d0e',
  authorityKeyIdentifier: '551d23',
};

/** PEM texts. */
export type Certificate = { key: string; cert: string };
export type Authority = Certificate & { name: string; privateKey: KeyObject; keyId: Buffer };
export type CertificateOptions = {
  /** Who it is for. Default: 'A test of Assent'. */
  name?: string;
  /** Default: it signs itself, so a client that trusts it needs no other. */
  by?: Authority;
  /** `YYMMDDhhmmssZ`. Default: 2020 to 2049. */
  from?: string;
  to?: string;
};

/** `hosts` are names or IPv4 addresses. */
export function makeCertificate(hosts: readonly string[], options: CertificateOptions = {}): Certificate {
  const { key, cert } = make(hosts, options, options.by === undefined);
  return { key, cert };
}

export function makeAuthority(name: string): Authority {
  return make([], { name }, true);
}

function make(hosts: readonly string[], options: CertificateOptions, authority: boolean): Authority {
  const { name = 'A test of Assent', by, from = '200101000000Z', to = '491231000000Z' } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(spki).digest();
  const names = hosts.map((host) =>
    isIPv4(host) ? value(0x87, Buffer.from(host.split('.').map(Number))) : value(0x82, Buffer.from(host)),
  );
  const extensions = [
    ...(names.length > 0 ? [extension(OID.subjectAltName, sequence(...names))] : []),
    extension(OID.basicConstraints, authority ? sequence(value(0x01, Buffer.of(0xff))) : sequence()),
    // Signing certificates, signing.
    ...(authority ? [extension(OID.keyUsage, value(0x03, Buffer.of(1, 0x86)))] : []),
    extension(OID.subjectKeyIdentifier, value(0x04, keyId)),
    ...(by === undefined ? [] : [extension(OID.authorityKeyIdentifier, sequence(value(0x80, by.keyId)))]),
  ];
  const body = sequence(
    value(0xa0, value(0x02, Buffer.of(2))),
    value(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    commonName(by?.name ?? name),
    sequence(value(0x17, Buffer.from(from)), value(0x17, Buffer.from(to))),
    commonName(name),
    spki,
    value(0xa3, sequence(...extensions)),
  );
  const signature = value(0x03, Buffer.of(0), sign('sha256', body, by?.privateKey ?? privateKey));
  const lines = sequence(body, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    name,
    privateKey,
    keyId,
  };
}

/** A value of DER: tag, length, content. */
function value(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), bytes]);
}

const sequence = (...content: Buffer[]) => value(0x30, ...content);
const oid = (hex: string) => value(0x06, Buffer.from(hex, 'hex'));
const extension = (id: string, content: Buffer) => sequence(oid(id), value(0x04, content));
const commonName = (name: string) =>
  sequence(value(0x31, sequence(oid(OID.commonName), value(0x0c, Buffer.from(name)))));
