; Makes dist/pressmark-VERSION-setup.exe from dist/pressmark, with makensis on Windows or Linux:
;     makensis -DVERSION=0.1.0 packaging/windows/pressmark.nsi
; It compiles with NSIS 3.08; the installer itself has NOT BEEN RUN on Windows.
; Installs for the person alone, without administrator's rights. It takes no file name extension: captures are called .md,
; .txt or .html, and those belong to other programs; "Open with" and dropping on the window are the ways in.

Unicode true
!include "MUI2.nsh"

!ifndef VERSION
    !error "Say which version: makensis -DVERSION=0.1.0"
!endif
!ifndef SOURCE
    !define SOURCE "..\..\dist\pressmark"
!endif
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Pressmark"

Name "Pressmark"
OutFile "..\..\dist\pressmark-${VERSION}-setup.exe"
InstallDir "$LOCALAPPDATA\Programs\Pressmark"
RequestExecutionLevel user
SetCompressor /SOLID lzma

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "..\..\LICENSE"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

Section "Pressmark"
    ; An older version's files are not left among the new ones.
    RMDir /r "$INSTDIR\_internal"
    SetOutPath "$INSTDIR"
    File /r "${SOURCE}\*"
    CreateShortcut "$SMPROGRAMS\Pressmark.lnk" "$INSTDIR\pressmark.exe"
    WriteUninstaller "$INSTDIR\uninstall.exe"

    WriteRegStr HKCU "Software\Classes\Applications\pressmark.exe" "FriendlyAppName" "Pressmark"
    WriteRegStr HKCU "Software\Classes\Applications\pressmark.exe\shell\open\command" "" '"$INSTDIR\pressmark.exe" "%1"'

    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Pressmark"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "Pressmark developers"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\pressmark.exe"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

; The library, in %LOCALAPPDATA%\pressmark, belongs to the person and stays.
Section "Uninstall"
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\pressmark.exe"
    Delete "$INSTDIR\pressmark-cli.exe"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\Pressmark.lnk"
    DeleteRegKey HKCU "Software\Classes\Applications\pressmark.exe"
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd
