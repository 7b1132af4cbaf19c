# One static library a folder, with exactly the libraries its level may use (docs/architecture.md 2).

include(GoogleTest OPTIONAL)

# kith_library(kith_wire SOURCES reader.cpp DEPS kith_base SYSTEM msgpack-cxx)
#   DEPS    libraries of this project, visible to users of this one
#   SYSTEM  third-party libraries, kept private to the .cpp files
function(kith_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC kith_options ${ARG_DEPS} PRIVATE ${ARG_SYSTEM})
endfunction()

# kith_test(kith_wire_test SOURCES reader_test.cpp DEPS kith_wire [LABELS unit])
# One GoogleTest program a folder; it counts as its cases in the closing line of ./test.
function(kith_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 900)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE kith_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE KITH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name}
    COMMAND ${name} --gtest_brief=1
      "--gtest_output=xml:${CMAKE_BINARY_DIR}/results/${name}.xml")
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
