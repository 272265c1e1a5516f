// Reads images and PDF files as blocks that the model can look at.
import path from 'node:path';
import type { ToolContext, ToolOutput } from '../contracts/tool.ts';
import { IMAGE_BYTES, IMAGE_SIDE, imageInfo } from '../util/imageInfo.ts';
import { pdfPages } from './pdfPages.ts';
import { regularFile } from './regularFile.ts';

/** A request is at most 32 MB, base64 and the rest of the conversation included. */
const PDF_BYTES = 20 * 1024 * 1024;
/** What models with the smaller context window take in one request. */
const PDF_PAGES = 100;

const KINDS: Readonly<Record<string, 'image' | 'pdf'>> = {
  '.png': 'image',
  '.jpg': 'image',
  '.jpeg': 'image',
  '.gif': 'image',
  '.webp': 'image',
  '.pdf': 'pdf',
};

/** What a file's name says it is; undefined for everything that is read as text. */
export function mediaKind(file: string): 'image' | 'pdf' | undefined {
  return KINDS[path.extname(file).toLowerCase()];
}

/** Throws with a reason the model can read when the file cannot be shown. */
export async function readMedia(file: string, kind: 'image' | 'pdf', context: ToolContext): Promise<ToolOutput> {
  const limit = kind === 'image' ? IMAGE_BYTES : PDF_BYTES;
  await refuseLarge(file, limit);
  const bytes = await context.workspace.readBytes(file);
  if (bytes.length > limit) throw tooLarge(file, bytes.length, limit);
  if (bytes.length === 0) throw new Error(`${file} is empty.`);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  if (kind === 'pdf') {
    if (Buffer.from(bytes.subarray(0, 1024)).toString('latin1').indexOf('%PDF-') === -1) {
      throw new Error(`${file} is named like a PDF, but its content is not one.`);
    }
    const pages = pdfPages(bytes);
    if (pages > PDF_PAGES) {
      throw new Error(
        `${file} has ${pages} pages; at most ${PDF_PAGES} can be shown. Take the text of the pages you need out with a command such as \`pdftotext -f 1 -l 5\`.`,
      );
    }
    return {
      content: [
        { type: 'text', text: `${file} (PDF, ${size(bytes.length)})` },
        { type: 'document', mediaType: 'application/pdf', data },
      ],
      isError: false,
    };
  }
  const info = imageInfo(bytes);
  if (!info) throw new Error(`${file} is named like an image, but its content is not PNG, JPEG, GIF or WebP.`);
  if (info.width > IMAGE_SIDE || info.height > IMAGE_SIDE) {
    throw new Error(
      `${file} measures ${info.width} × ${info.height} pixels; at most ${IMAGE_SIDE} a side can be shown. Make a smaller copy and read that.`,
    );
  }
  return {
    content: [
      { type: 'text', text: `${file} (${info.width} × ${info.height} pixels, ${size(bytes.length)})` },
      { type: 'image', mediaType: info.mediaType, data },
    ],
    isError: false,
  };
}

/** Asks the disk first, so that a huge file is not loaded to be refused; a workspace without a disk is asked for the bytes. */
async function refuseLarge(file: string, limit: number): Promise<void> {
  const facts = await regularFile(file);
  if (facts?.isDirectory()) throw new Error(`${file} is a folder. Use Glob to list what is in it.`);
  if (facts && facts.size > limit) throw tooLarge(file, facts.size, limit);
}

function tooLarge(file: string, bytes: number, limit: number): Error {
  return new Error(
    `${file} has ${size(bytes)}; at most ${size(limit)} can be shown. Make a smaller copy, or take out the part you need with a command.`,
  );
}

const size = (bytes: number) =>
  bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
