# The component `tools` of the installation is the workbench itself, if it was built. It is not missed
# where only the libraries were.
install(TARGETS workbench OPTIONAL
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
install(TARGETS workbench_refuse_start OPTIONAL
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/workbench COMPONENT tools)

# `cpack` makes three Debian packages of an installed build: libworkbench-dev, for programs that use
# the pools; workbench, the program itself; and workbench-peers, pools of other libraries and
# languages to compare with.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME workbench)
set(CPACK_PACKAGE_CONTACT "the authors of the workbench <workbench@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL development tools peers)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libworkbench-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libfmt-dev, libcereal-dev, libboost1.81-dev, libdw1")
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME workbench)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PEERS_PACKAGE_NAME workbench-peers)
set(CPACK_DEBIAN_PEERS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PEERS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PEERS_PACKAGE_DEPENDS workbench)
set(CPACK_COMPONENT_PEERS_DESCRIPTION "Pools of other libraries and languages, to compare with.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Libraries and headers of the worker pools.")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "The program that shows how worker pools fail.")
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # what is packed was built before
include(CPack)
