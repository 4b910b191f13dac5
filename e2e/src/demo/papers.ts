import sharp from 'sharp';
import type { Ref } from '../http/api.js';
import type { People } from '../story/people.js';

/** What of a model its papers are made of. */
export interface PapersOf {
  modelId: string;
  nameEn: string;
  name: string;
  positions: { partNumber: string; name: string }[];
}

const SIZE = 800;
const RADIUS = 260;

/** A drawing with a position for each part, and a care note, drafted by the quality engineer and published (W-9). */
export async function publishPapers(people: People, of: PapersOf): Promise<void> {
  const file = await people.quality.upload(await explodedView(of.positions.length), 'exploded-view.png', 'image/png');
  const positions = of.positions.map((position, at) => ({ ...position, label: String(at + 1), quantity: 1 }));
  const common = { modelId: of.modelId, edition: 'A' };
  const drafts = [
    { ...common, kind: 'drawing', title: `${of.name} 爆炸图`, titleEn: `${of.nameEn}: exploded view`, file, positions },
    {
      ...common, kind: 'care_note', title: `${of.name} 保养提示`, titleEn: `${of.nameEn}: care`,
      text: '用软布和中性清洁剂清洁；每半年清洗滤网；进水软管三年更换一次。',
      textEn: 'Clean with a soft cloth and a mild cleaner; rinse the filter twice a year; replace the inlet hose every three years.',
    },
  ];
  for (const draft of drafts) {
    const { id, version } = await people.quality.post<Ref>('/model-documents', draft);
    await people.supervisor.post(`/model-documents/${id}/publish`, { version });
  }
}

/** Parts around their middle, each with a line to it; the labels stand in the positions. */
function explodedView(parts: number): Promise<Buffer> {
  const middle = SIZE / 2;
  const shapes = Array.from({ length: parts }, (_each, at) => {
    const angle = (2 * Math.PI * at) / parts;
    const [x, y] = [middle + RADIUS * Math.cos(angle), middle + RADIUS * Math.sin(angle)].map(Math.round);
    return `<line x1="${middle}" y1="${middle}" x2="${x}" y2="${y}" stroke="#888" stroke-dasharray="6"/><circle cx="${x}" cy="${y}" r="${24 + 3 * at}" fill="#fff" stroke="#333" stroke-width="3"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}"><rect width="100%" height="100%" fill="#fff"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
