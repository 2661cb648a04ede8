# Soquete, a small web server. `make help` lists the targets.
#
# All output is under build/. A variant is the same Makefile with another BUILD:
# `make asan` runs it with BUILD=build/asan SANITIZE=...
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the user's, and come last.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

CFLAGS     ?= -O3 -g
BUILD      ?= build
PREFIX     ?= /usr/local
SITE       ?= www
PYTHON     ?= python3
PKG_CONFIG ?= pkg-config

# V=1 shows commands; without it, only their targets are shown.
Q := $(if $(V),,@)

# --- Files -------------------------------------------------------------------

SOURCES  := $(wildcard src/*.c src/*/*.c)
HEADERS  := $(wildcard src/*/*.h)
UNITS    := $(wildcard tests/unit/test_*.c)
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
PROGRAMS := $(UNITS:%.c=$(BUILD)/%)
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
SERVER   := $(BUILD)/soquete
RULES_JSON := $(BUILD)/tests/e2e/rules/rules_json
ARCHIVE  := $(BUILD)/libsoquete.a
MIME     := $(BUILD)/gen/mime_types.inc
WIRE     := $(BUILD)/gen/wire_files.inc
LIVE     := $(BUILD)/gen/live_files.inc
LISTING  := $(BUILD)/gen/listing_files.inc

# --- Libraries ---------------------------------------------------------------

pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)

# Debian 12 packages llhttp as C sources only: there they are compiled into
# the build. They are not ours, so their warnings are off.
LLHTTP_LIBS := $(call pkg,--libs libllhttp)
ifneq ($(LLHTTP_LIBS),)
LLHTTP_CPPFLAGS := $(call pkg,--cflags libllhttp)
else
LLHTTP_SOURCES  := $(wildcard /usr/share/llhttp/*.c)
LLHTTP_CPPFLAGS := -isystem /usr/share/include/llhttp -DLLHTTP_STRICT_MODE=1
LLHTTP_OBJECTS  := $(LLHTTP_SOURCES:/usr/share/llhttp/%.c=$(BUILD)/llhttp/%.o)
# Compiled for SSE 4.2, its state machine reads names and values sixteen bytes
# at a time. Not every x86-64 has that: both are built, and parser.c chooses.
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
LLHTTP_CPPFLAGS += -DLLHTTP_SSE42
LLHTTP_OBJECTS  += $(BUILD)/llhttp/llhttp_sse42.o
endif
endif

# Each of the two compressors may be missing: then --compress does without it.
BROTLI_LIBS := $(call pkg,--libs libbrotlienc)
ZLIB_LIBS   := $(call pkg,--libs zlib)
SQUEEZE_CPPFLAGS := $(if $(BROTLI_LIBS),-DSQUEEZE_BROTLI) \
                    $(if $(ZLIB_LIBS),-DSQUEEZE_ZLIB)

LIBS := $(LLHTTP_LIBS) $(or $(call pkg,--libs libmagic),-lmagic) \
        $(BROTLI_LIBS) $(ZLIB_LIBS) -pthread
CHECK_CFLAGS := $(call pkg,--cflags check)
CHECK_LIBS    = $(or $(call pkg,--libs check),-lcheck) \
                $(if $(BROTLI_LIBS),$(call pkg,--libs libbrotlidec))

# --- Flags -------------------------------------------------------------------

# The flags in $(1), if this compiler accepts them with the user's.
taken = $(shell $(CC) $(CPPFLAGS) $(1) $(CFLAGS) -Werror -include stdio.h \
                -x c -c /dev/null -o /dev/null 2>/dev/null && echo '$(1)')

# The compiled-in table of types is one string of more than the 4095 bytes
# that ISO C guarantees, so that one warning is off.
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wundef \
        -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wno-overlength-strings
ifeq ($(CI),true)
WARN += -Werror
endif

ifdef SANITIZE
CFLAGS  := -O1 -g
HARDEN  := -U_FORTIFY_SOURCE -fno-omit-frame-pointer \
           -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
export TSAN_OPTIONS  ?= halt_on_error=1
export UBSAN_OPTIONS ?= print_stacktrace=1
else
FORTIFY := $(or $(call taken,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3),\
                $(call taken,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
HARDEN  := $(FORTIFY) -fstack-protector-strong \
           $(call taken,-fstack-clash-protection) \
           $(call taken,-fcf-protection)
# The server is linked with -flto; the objects work without it too, so that test
# programs link fast.
LTO     := $(call taken,-flto=auto -ffat-lto-objects)
endif

DEFINES := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc -I$(BUILD)/gen $(LLHTTP_CPPFLAGS) \
           $(SQUEEZE_CPPFLAGS)
COMPILE  = $(CC) -std=c17 $(DEFINES) $(CPPFLAGS) $(WARN) \
           $(HARDEN) $(LTO) -fPIE -pthread $(CFLAGS)
LINK     = $(CC) $(HARDEN) $(CFLAGS) -pie -Wl,-z,relro -Wl,-z,now \
           -Wl,-z,noexecstack $(LDFLAGS)

# gcc's own ar can read objects made with -flto.
ARCHIVER = $(if $(LTO),$(or $(shell command -v $(CC)-ar),gcc-ar),$(AR))

# --- Building ----------------------------------------------------------------

.PHONY: all
all: $(SERVER)                                      ## build the server (default)

$(SERVER): $(BUILD)/src/main.o $(ARCHIVE)
	@echo '  LINK  $@'
	$(Q)$(LINK) $(LTO) -o $@ $^ $(LIBS) $(LDLIBS)

$(ARCHIVE): $(filter-out $(BUILD)/src/main.o,$(OBJECTS)) $(LLHTTP_OBJECTS)
	@rm -f $@
	$(Q)$(ARCHIVER) rcs $@ $^

$(PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(ARCHIVE)
	@echo '  LINK  $@'
	$(Q)$(LINK) $(if $(LTO),-fno-lto) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(LDLIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags | $(MIME) $(WIRE) $(LIVE) $(LISTING)
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(COMPILE) $(MORE) -MMD -MP -c -o $@ $<

$(BUILD)/llhttp/%.o: /usr/share/llhttp/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(COMPILE) $(MORE) -O3 -w -c -o $@ $<

# Leaves out callbacks of the state machine that are never set.
UNSET = -include src/http/llhttp_unset.h
$(BUILD)/llhttp/llhttp.o: private MORE = $(UNSET)
$(BUILD)/llhttp/llhttp.o $(BUILD)/llhttp/llhttp_sse42.o: \
  src/http/llhttp_unset.h

# The second copy exports only its entry point.
$(BUILD)/llhttp/%_sse42.o: /usr/share/llhttp/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $< (SSE 4.2)'
	$(Q)$(COMPILE) $(UNSET) -O3 -w -msse4.2 $(if $(LTO),-fno-lto) -c -o $@ $< \
	 -Dllhttp__internal_execute=llhttp__internal_execute_sse42
	$(Q)objcopy -G llhttp__internal_execute_sse42 $@

# Each line of the table becomes a line of one C string.
$(MIME): conf/mime.types
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< >$@

# The live page is compiled in, each file also compressed, and so is the script of
# --live.
$(WIRE): conf/embed.sh $(wildcard www/wire/*)
	@mkdir -p $(@D)
	$(Q)conf/embed.sh -z $(wildcard www/wire/*) >$@

$(LIVE): conf/embed.sh www/live/live.js
	@mkdir -p $(@D)
	$(Q)conf/embed.sh www/live/live.js >$@

# So are the style and the script of listings.
$(LISTING): conf/embed.sh $(wildcard www/listing/*)
	@mkdir -p $(@D)
	$(Q)conf/embed.sh $(wildcard www/listing/*) >$@

# Rewritten only if the flags have changed: then everything is rebuilt.
$(BUILD)/flags: FORCE | needs-build
	@mkdir -p $(@D)
	@echo '$(COMPILE) / $(LINK) $(LIBS)' | cmp -s - $@ || \
	 echo '$(COMPILE) / $(LINK) $(LIBS)' >$@

# Unit tests are compiled for a short wait, not to run fast: optimization takes most
# of it. -O0 would not do for _FORTIFY_SOURCE.
$(UNITS:%.c=$(BUILD)/%.o): private MORE = $(CHECK_CFLAGS) $(if $(LTO),-fno-lto) -O1
$(UNITS:%.c=$(BUILD)/%.o): | needs-test

-include $(OBJECTS:.o=.d) $(PROGRAMS:=.d) $(FUZZERS:=.d) $(RULES_JSON:=.d)

# --- Tests -------------------------------------------------------------------

# One job per core, unless the user chose a number.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc) -Otarget)

# Newer kernels place programs at addresses that older ThreadSanitizers do not
# know; without randomization they are at the old ones.
NO_ASLR := setarch $(shell uname -m) -R
WITHIN   = $(if $(findstring thread,$(SANITIZE)),\
             $(shell $(NO_ASLR) true 2>/dev/null && echo $(NO_ASLR)))

# ThreadSanitizer runs the tests that involve several threads: unit tests that
# start some, and the end-to-end programs. The cases differ in what one thread
# parses; the other sanitizers run them.
ifneq ($(findstring thread,$(SANITIZE)),)
TESTED    := $(patsubst %.c,$(BUILD)/%,$(shell grep -lE \
               'pthread\.h|(echo_server|log_watch|sink_reader)\.h|base/(sink|log)\.h' \
               $(UNITS)))
E2E_ARGS  := --threads
else
TESTED    := $(PROGRAMS)
endif

.PHONY: programs unit e2e
programs: $(TESTED)

unit: $(TESTED)                                     ## run the unit tests
	@tests/record.sh $(BUILD)/unit.log \
	 $(WITHIN) tests/units.sh $(sort $(TESTED))

# The end-to-end tests preload this between the server and the C library: without
# a sanitizer, which would have to be loaded first.
LASTING := $(BUILD)/tests/e2e/lasting.so

$(LASTING): $(BUILD)/%.so: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE $(CPPFLAGS) $(WARN) -Wno-pedantic -O1 \
	 -shared -fPIC -o $@ $< -ldl

e2e: $(SERVER) $(LASTING) | needs-test              ## run the end-to-end tests
	@tests/record.sh $(BUILD)/e2e.log \
	 $(WITHIN) $(PYTHON) tests/e2e/run.py --server $(SERVER) \
	 $(E2E_ARGS)

# The end-to-end tests mostly wait. Beside them, at the lowest priority, the linters
# run, and what the sanitizers need is built; all other steps run alone.
.PHONY: test beside
test:                                               ## install what is missing, run all tests
	@conf/deps.sh install test
	@rm -f build/*.log build/*/*.log
	@$(MAKE) $(PARALLEL) all programs
	@failed=; \
	 run() { echo "== $$1"; $(MAKE) $$1 || failed="$$failed $$1"; }; \
	 run layers; run headers; run unit; \
	 nice -n 19 $(MAKE) beside >build/beside.out 2>&1 & \
	 run e2e; \
	 echo "== lint"; wait $$! || failed="$$failed lint"; cat build/beside.out; \
	 run bench-instructions; run asan; run tsan; \
	 echo "what takes minutes more: make test-long"; \
	 tests/total.sh "$$failed" build/*.log build/*/*.log

# What the parsers of rules understand, as JSON.
$(RULES_JSON): $(BUILD)/%: $(BUILD)/%.o $(ARCHIVE)
	@echo '  LINK  $@'
	$(Q)$(LINK) -o $@ $^ $(LIBS) $(LDLIBS)

# Tests that take too long for each change: attacks at full size, and our parsers
# beside others.
.PHONY: test-long
test-long:                                          ## install what is missing, run the slow tests
	@conf/deps.sh install test
	@$(MAKE) $(PARALLEL) all $(RULES_JSON)
	@tests/record.sh $(BUILD)/long.log $(PYTHON) tests/e2e/run.py \
	 --server $(SERVER) --long --jobs 1

beside: # its status is that of the linters: the others' faults show in their steps
	@$(MAKE) lint; linted=$$?; \
	 $(MAKE) asan-programs tsan-programs; exit $$linted

.PHONY: asan tsan asan-programs tsan-programs
asan asan-programs: SANITIZERS = address,undefined
tsan tsan-programs: SANITIZERS = thread
asan tsan asan-programs tsan-programs: \
  variant = BUILD=build/$(@:-programs=) SANITIZE=$(SANITIZERS)

asan-programs tsan-programs:
	@$(MAKE) $(variant) $(PARALLEL) all programs

asan:                                               ## run the tests under ASan and UBSan
tsan:                                               ## run the tests under ThreadSanitizer
asan tsan: %: %-programs
	@$(MAKE) $(variant) unit
	@$(MAKE) $(variant) e2e

# A fuzz target, tests/fuzz/fuzz_NAME.c, defines what libFuzzer calls. It starts
# from tests/fuzz/corpus/NAME/ if that exists; new inputs stay in build/.
FUZZ_SECONDS ?= 60

$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(ARCHIVE)
	@echo '  LINK  $@'
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS) $(LDLIBS)

.PHONY: fuzz fuzzers
fuzzers: $(FUZZERS)

fuzz:                                               ## fuzz each parser for FUZZ_SECONDS (60)
	@conf/deps.sh install fuzz
	@$(MAKE) CC=clang BUILD=build/fuzz \
	 SANITIZE=fuzzer-no-link,address,undefined $(PARALLEL) fuzzers
	@tests/fuzz.sh $(FUZZ_SECONDS) $(FUZZERS:build/%=build/fuzz/%)

# --- Measuring ---------------------------------------------------------------

# tests/bench/README.md explains the output. BENCH_ONLY=1k,nginx names workloads
# and peers; BENCH_ARGS=--growth measures growth instead.
BENCH_SECONDS ?= 0.5
BENCH_ROUNDS  ?= 5
BENCH_TOOLS   := $(BUILD)/bench/bare_loop $(BUILD)/bench/crowd
BENCH_SHIM    := $(BUILD)/bench/openat2_shim.so

bench_compile = $(CC) -std=c17 -D_GNU_SOURCE $(CPPFLAGS) $(WARN) $(HARDEN) \
                $(1) $(CFLAGS) -o $@ $<

$(BENCH_TOOLS): $(BUILD)/bench/%: tests/bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(call bench_compile,-pthread)

$(BENCH_SHIM): $(BUILD)/bench/%.so: tests/bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(call bench_compile,-shared -fPIC)

.PHONY: bench bench-deps bench-instructions
bench: $(SERVER) $(BENCH_TOOLS)                     ## compare with the installed peers
	@$(PYTHON) tests/bench/bench.py --server $(SERVER) \
	 --tools $(BUILD)/bench --out $(BUILD)/bench \
	 --rounds $(BENCH_ROUNDS) --seconds $(BENCH_SECONDS) \
	 $(if $(BENCH_BEFORE),--before $(BENCH_BEFORE)) \
	 $(if $(BENCH_ONLY),--only $(BENCH_ONLY)) \
	 $(if $(BENCH_SVG),--svg $(BENCH_SVG)) $(BENCH_ARGS)

bench-deps:                                         ## install the peers and the load generators
	@conf/deps.sh install bench

bench-instructions: $(SERVER) $(BENCH_SHIM)         ## count a request's instructions (PROFILE=1)
	@$(PYTHON) tests/bench/instructions.py --server $(SERVER) \
	 --shim $(BENCH_SHIM) --out $(BUILD)/bench $(if $(PROFILE),--profile)

# --- Checks without running --------------------------------------------------

C_FILES := $(SOURCES) $(HEADERS) $(wildcard tests/*/*.[ch] www/code/*.c)

TIDIED := $(SOURCES:%.c=$(BUILD)/%.tidy)
ALONE  := $(HEADERS:%.h=$(BUILD)/%.alone)

.PHONY: layers headers lint alone tidied
alone: $(ALONE)
tidied: $(TIDIED)

layers:                                             ## check that includes follow the floors
	@awk -f tests/layers.awk $(SOURCES) $(HEADERS)

headers:                                            ## check that each header compiles alone
	@$(MAKE) $(PARALLEL) alone

lint: $(MIME) $(WIRE) $(LIVE) $(LISTING)                               ## clang-tidy and cppcheck
	@$(MAKE) $(PARALLEL) -k tidied
	@echo '  CHECK src'
	$(Q)cppcheck -j $(shell nproc) --quiet --std=c11 --enable=warning,performance,portability \
	 --inline-suppr --suppress=missingIncludeSystem \
	 --suppress=normalCheckLevelMaxBranches --error-exitcode=1 \
	 -D_GNU_SOURCE -Isrc -I$(BUILD)/gen src
	@conf/format.sh --check $(C_FILES)

# An object is rebuilt when one of its headers changes, and so is this.
$(BUILD)/%.tidy: %.c $(BUILD)/%.o .clang-tidy | needs-test
	@echo '  TIDY  $<'
	$(Q)clang-tidy --quiet $< -- -std=c17 $(DEFINES) $(CPPFLAGS) 2>$@.err || \
	 { cat $@.err >&2; exit 1; }
	@mv $@.err $@

# Included twice, which tests the include guard too.
$(BUILD)/%.alone: %.h $(HEADERS) $(BUILD)/flags | $(MIME) $(WIRE) $(LIVE) $(LISTING)
	@mkdir -p $(@D)
	@$(COMPILE) -fsyntax-only -include $< -include $< -x c /dev/null
	@touch $@

.PHONY: format
format:                                             ## format the C files
	@conf/format.sh $(C_FILES)

# --- Use ---------------------------------------------------------------------

.PHONY: run demo demo-lossy deps needs-build needs-test
run:                                                ## install what is missing, build, serve SITE (www) with the live page
	@conf/deps.sh install build
	@$(MAKE) $(PARALLEL) all
	@exec $(SERVER) --wire $(ARGS) $(SITE)

demo:                                               ## a tour: HTTP riding on TCP (STEP=1: waits for Enter)
	@conf/deps.sh install demo
	@$(MAKE) $(PARALLEL) all
	@exec $(PYTHON) -B tests/demo/demo.py --server $(SERVER)

demo-lossy:                                         ## TCP and UDP on a link that loses LOSS (5) of 100 (root; SIZE in MiB, SEED)
	@conf/deps.sh install lossy
	@$(MAKE) $(PARALLEL) all
	@exec $(PYTHON) -B tests/demo/lossy.py --server $(SERVER) \
	 --loss $(or $(LOSS),5) --size $(or $(SIZE),2) $(addprefix --seed ,$(SEED))

deps:                                               ## install what building and testing need
	@conf/deps.sh install test

needs-build needs-test: needs-%:
	@conf/deps.sh check $*

.PHONY: image install uninstall
image:                                              ## build the container image (TAG)
	@conf/image.sh $(or $(TAG),soquete)

install: all                                        ## install to DESTDIR and PREFIX
	install -D -m 755 $(SERVER) $(DESTDIR)$(PREFIX)/bin/soquete
	install -d $(DESTDIR)$(PREFIX)/share/doc/soquete
	install -m 644 conf/soquete.conf LICENSE $(DESTDIR)$(PREFIX)/share/doc/soquete

uninstall:                                          ## remove what install installed
	rm -f $(DESTDIR)$(PREFIX)/bin/soquete
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/soquete

.PHONY: clean help FORCE
clean:                                              ## remove build/
	rm -rf build

help:                                               ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' \
	 $(firstword $(MAKEFILE_LIST))

FORCE:
