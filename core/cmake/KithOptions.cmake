# Compiler settings shared by every target: language level, warnings, sanitizers, hardening.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

find_program(KITH_CCACHE ccache)
if(KITH_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${KITH_CCACHE}")
endif()

find_package(Threads REQUIRED)

add_library(kith_options INTERFACE)
target_include_directories(kith_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(kith_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough -Wunused-result)
if(KITH_WERROR)
  target_compile_options(kith_options INTERFACE -Werror)
endif()

# -Og costs no more to compile than -O0 and keeps the sanitized suite quick.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
# At -O2 g++ 12 takes the recycled frames of Boost's coroutines for mismatched memory: where it
# inlines their operator new it sees ::operator new, where it does not it sees a class's delete.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -Wno-mismatched-new-delete")

if(KITH_SANITIZE)
  add_compile_options(-fsanitize=${KITH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KITH_SANITIZE})
  if(KITH_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-error=tsan)  # Asio uses fences that TSan cannot model
  endif()
endif()

if(KITH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage in the libraries too
endif()

# Named apart from the switch: a test builds a probe with them in every preset.
set(KITH_HARDENING_COMPILE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
  -fstack-clash-protection -fcf-protection)
set(KITH_HARDENING_LINK -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
if(KITH_HARDENING)
  add_compile_options(${KITH_HARDENING_COMPILE})
  string(REPLACE ";" " " flags "${KITH_HARDENING_LINK}")
  set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} ${flags}")
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Boost 1.74 recognises coroutines only in g++ by itself.
  add_compile_definitions(BOOST_ASIO_HAS_CO_AWAIT=1)
endif()

if(KITH_TIDY)
  find_program(KITH_CLANG_TIDY clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${KITH_CLANG_TIDY}")
endif()
