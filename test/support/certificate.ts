// A certificate of a test's own, made on the spot: it signs itself, so a client that trusts it needs no other.
import { generateKeyPairSync, sign } from 'node:crypto';

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
};

/** PEM texts. `hosts` are names; the certificate holds until 2049. */
export function makeCertificate(hosts: readonly string[]): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(value(0x31, sequence(oid(OID.commonName), value(0x0c, Buffer.from('A test of Assent')))));
  const names = sequence(...hosts.map((host) => value(0x82, Buffer.from(host))));
  const extensions = sequence(
    sequence(oid(OID.subjectAltName), value(0x04, names)),
    sequence(oid(OID.basicConstraints), value(0x04, sequence(value(0x01, Buffer.of(0xff))))),
  );
  const body = sequence(
    value(0xa0, value(0x02, Buffer.of(2))),
    value(0x02, Buffer.of(1)),
    algorithm,
    name,
    sequence(value(0x17, Buffer.from('200101000000Z')), value(0x17, Buffer.from('491231000000Z'))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    value(0xa3, extensions),
  );
  const signature = value(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const lines = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
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
