import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Fault } from '#kernel';
import { PROBLEM_PAGES_POLICY, problemPage, problemsPage } from './problem-pages.js';

const hostile = new Fault('box.<img src="x">', {
  kind: 'refused',
  title: `<script>alert('x')</script> & "more"`,
  meaning: 'Say `<b>` & nothing > else.',
});

describe('the pages that describe problems', () => {
  test.each([
    ['of one problem', problemPage(hostile)],
    ['of all problems', problemsPage([hostile])],
  ])('show markup in a declaration as text, on the page %s', (_name, page) => {
    expect(page).not.toMatch(/<script|<img|<b>/);
    expect(page).toContain('box.&lt;img src=&quot;x&quot;&gt;');
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;');
    expect(page).toContain('Say <code>&lt;b&gt;</code> &amp; nothing &gt; else.');
  });

  test.each([
    ['of one problem', problemPage(hostile)],
    ['of all problems', problemsPage([hostile])],
  ])('have one style, which is the one that their policy allows, on the page %s', (_name, page) => {
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style = '']) => style);
    const hashes = styles.map((style) => createHash('sha256').update(style).digest('base64'));
    expect(PROBLEM_PAGES_POLICY.split('; ')).toEqual([
      "default-src 'none'",
      ...hashes.map((hash) => `style-src 'sha256-${hash}'`),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });
});
