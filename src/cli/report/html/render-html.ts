import type { Report } from '../../../core/report/report.js';
export function renderHtml(_report: Report): string {
  return '';
}
