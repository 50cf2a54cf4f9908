# syntax=docker/dockerfile:1
# The services with their models. test/k8s/image.test.ts runs these steps in a folder where no container engine is at hand.

FROM docker.io/library/node:22-bookworm AS build
# The TensorFlow library keeps its path: the binding finds it there.
ENV DYNAMIC_DEEP_CACHE=/opt/dynamic-deep
# The library that was tested, by its hash, whatever the builder's network lets through (docs/platforms.md).
ENV TENSORFLOW_SOURCE=wheel
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-venv
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
RUN node scripts/setup.mjs --only deps,tensorflow
COPY tsconfig.json tsconfig.build.json vite.config.ts ./
COPY src src
RUN node scripts/setup.mjs --only build
COPY bin bin
COPY schemas schemas
COPY models models
COPY samples samples
COPY policies policies
COPY LICENSE NOTICE THIRD-PARTY.md ./
RUN node scripts/image/trim.mjs
# Loads @tensorflow/tfjs-node from what is left: an image that cannot is none.
RUN node dist/lib/model/tf.js

FROM docker.io/library/node:22-bookworm-slim
COPY --from=build /opt/dynamic-deep /opt/dynamic-deep
COPY --from=build /app /app
ENV NODE_ENV=production TF_CPP_MIN_LOG_LEVEL=2
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /tmp
# node is process 1 and hears SIGTERM itself: no shell, no npm between.
ENTRYPOINT ["node", "/app/bin/dynamic-deep.js"]
