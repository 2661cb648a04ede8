# Serves /srv/www on port 8080, as an unprivileged user, and logs to standard
# output. The site of this repository is inside; mount your own over it:
#
#     make image
#     docker run --rm -p 8080:8080 -v "$PWD/site:/srv/www:ro" soquete

FROM debian:trixie-slim AS build
WORKDIR /soquete
COPY conf/deps.sh conf/packages conf/
RUN conf/deps.sh install build
COPY Makefile LICENSE ./
COPY conf conf
COPY src src
COPY www/wire www/wire
COPY www/listing www/listing
COPY www/live www/live
RUN make -j"$(nproc)" CFLAGS=-O3 \
 && make install CFLAGS=-O3 DESTDIR=/image PREFIX=/usr

# Copies only what the server opens at run time: the libraries that ldd lists,
# libmagic's database, and a name for the user. That is a sixth of
# debian:trixie-slim, without a shell, package manager or set-uid program for an
# intruder to use or a scanner to report. Static linking would save two more
# megabytes, but Debian does not have all of the libraries in that form.
RUN ldd /image/usr/bin/soquete | grep -o '/[^ ]*' | xargs cp -L --parents -t /image \
 && mkdir -p /image/usr/share/misc /image/etc \
 && cp -L /usr/share/misc/magic.mgc /image/usr/share/misc/ \
 && echo 'soquete:x:10001:10001::/:/' >/image/etc/passwd \
 && echo 'soquete:x:10001:' >/image/etc/group

FROM scratch
COPY --from=build /image /
COPY www /srv/www

ENV SOQUETE_LISTEN=0.0.0.0:8080,[::]:8080 \
    SOQUETE_ACCESS_LOG=common
EXPOSE 8080

# A number: Kubernetes can check that it is not root.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=3s CMD ["/usr/bin/soquete", "--healthcheck"]
ENTRYPOINT ["/usr/bin/soquete"]
CMD ["/srv/www"]
