; Inno Setup 6: iscc /DVersion=0.1.0 /DFolder=FOLDER /DHost=URL onsite.iss
; In silence: callpoint-onsite.exe /VERYSILENT /SUPPRESSMSGBOXES /TOKEN=... [/HOST=...]
[Setup]
AppId={{0d5b6f1e-2f0e-4d7e-9a55-3e2a9c4c5f21}
AppName=Callpoint Onsite
AppVersion={#Version}
DefaultDirName={autopf}\Callpoint Onsite
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
DisableProgramGroupPage=yes
UninstallDisplayIcon={app}\callpoint-onsite.exe

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Callpoint Onsite"; Filename: "{app}\callpoint-onsite.exe"

[Registry]
Root: HKLM64; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: string; ValueName: "Callpoint Onsite"; ValueData: """{app}\callpoint-onsite.exe"""; Flags: uninsdeletevalue
Root: HKLM64; Subkey: "Software\Callpoint\Onsite"; ValueType: string; ValueName: "Host"; ValueData: "{param:HOST}"; Check: IsGiven('HOST'); Flags: uninsdeletevalue
Root: HKLM64; Subkey: "Software\Callpoint\Onsite"; ValueType: string; ValueName: "Token"; ValueData: "{param:TOKEN}"; Check: IsGiven('TOKEN'); Flags: uninsdeletevalue

[Code]
function IsGiven(Name: String): Boolean;
begin
  Result := ExpandConstant('{param:' + Name + '}') <> '';
end;
