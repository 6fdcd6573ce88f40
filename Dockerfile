# Latchkey on the image's own Node, as a user who can write nothing but data/.
#
#   docker build -t latchkey .
#   docker run -p 4000:4000 -v latchkey-data:/app/data -e AUTH_SECRET -e PUBLIC_URL latchkey

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# better-sqlite3 brings its C sources and the binaries of other systems: a quarter of all that is installed.
RUN npm ci --omit=dev \
  && cd node_modules/better-sqlite3 \
  && rm -r deps src prebuilds/darwin-* prebuilds/linuxmusl-* prebuilds/win32-*

FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
# For SQLite: a new volume mounted here takes over its owner.
RUN mkdir --mode=700 data && chown 1000:1000 data
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
# The commands and the server, with their source maps, without the tests.
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/dist/server ./dist/server
# The user "node" by number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: the signal that stops the container arrives.
CMD ["node", "dist/server/main.js"]
