using System.Text.RegularExpressions;
using Downbeat.Tests.Support;

namespace Downbeat.Tests;

/// <summary>The house rules that a machine can check, over the source text of App. DESIGN and README say why.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Which way things look: a folder may use what stands before it.</summary>
    private static readonly string[] Order =
    [
        "Timing", "Telemetry", "Signals", "Storage", "Media", "Caching", "Networks", "Data", "Http", "Jobs", "Components", "Features", "Features/Accounts", "Features/Uploads",
        "Features/Songs", "Features/Analysis", "Features/Lyrics", "Features/Stems", "Features/Music", "Features/Clips", "Features/Tracks", "Features/Compositions", "Features/Demo",
        "Features/Studio",
        "Features/Presentations", "Features/Performance",
    ];

    /// <summary>The only files that know all rooms; they stand above the folders.</summary>
    private static readonly string[] KnowAll = ["Program.cs", "Pipeline.cs"];

    private static readonly string App = Path.Combine(TestData.Repository, "App");
    private static readonly SourceFile[] Sources = [.. Directory.EnumerateFiles(App, "*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
        .Select(path => SourceFile.Read(App, path))
        .Where(file => !file.Folder.StartsWith("bin", StringComparison.Ordinal) && !file.Folder.StartsWith("obj", StringComparison.Ordinal))];

    [Fact]
    public void Every_file_stands_in_a_folder_of_the_house() =>
        AssertNone(Sources.Where(file => file.Folder.Length == 0 ? !KnowAll.Contains(file.Name) : !Order.Contains(file.Folder)).Select(file => file.Name));

    [Fact]
    public void A_namespace_says_the_folder() =>
        AssertNone(Sources
            .Where(file => DeclaredNamespace().Match(file.Code) is { Success: true } declared && declared.Groups[1].Value is var name
                && name != file.Namespace && !name.StartsWith(file.Namespace + ".", StringComparison.Ordinal)
                // What every folder may use without asking stands at the beginning of the order, in the root namespace.
                && !(file.Folder == "Timing" && name == "Downbeat"))
            .Select(file => file.Name));

    [Fact]
    public void A_folder_uses_only_what_stands_before_it() =>
        AssertNone(
            from file in Sources
            where file.Folder.Length > 0
            from use in UseOfFolder().Matches(file.Code)
            let used = (use.Groups["room"].Success ? "Features/" + use.Groups["room"].Value : use.Groups["folder"].Value)
            where Array.IndexOf(Order, used) > Array.IndexOf(Order, file.Folder)
            select $"{file.At(use.Index)} uses {used}");

    [Fact]
    public void Only_Media_starts_processes() => AssertOnlyIn(StartsProcess(), "Media");

    [Fact]
    public void Only_Jobs_knows_Quartz() => AssertOnlyIn(NamesQuartz(), "Jobs");

    [Fact]
    public void Only_Data_knows_the_provider() => AssertOnlyIn(NamesProvider(), "Data");

    /// <summary>Rooms get paths from Storage and may read and write the files there. Folders, moves and deletions are Storage's, but for this list.</summary>
    [Fact]
    public void Only_Storage_decides_where_files_are() => AssertOnlyIn(
        PlacesFiles(),
        "Storage",
        "Features/Compositions/Rendering/PieceRenderer.cs", // one folder for each ffmpeg process inside the workspace that it was given
        "Features/Compositions/Rendering/FilmJoiner.cs"); // the same, and the finished parts are renamed inside that workspace

    [Fact]
    public void Pages_endpoints_and_hubs_hold_no_query() =>
        AssertNone(
            from file in Sources
            where FacesTheOutside().IsMatch(file.Name)
            from use in TouchesDatabase().Matches(file.Code)
            select $"{file.At(use.Index)}: {use.Value}");

    [Fact]
    public void Nothing_blocks_swallows_or_is_left_undone() =>
        AssertNone(
            from file in Sources
            from offence in Blocks().Matches(file.Code).Concat(SwallowsSilently().Matches(file.Text)).Concat(SwallowsEverything().Matches(file.Code)).Concat(Undone().Matches(file.Text))
            select $"{file.At(offence.Index)}: {offence.Value.ReplaceLineEndings(" ")}");

    [Fact]
    public void Static_files_stand_at_the_top_of_the_repository() => Assert.False(Directory.Exists(Path.Combine(App, "wwwroot")));

    [GeneratedRegex(@"^\s*namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredNamespace();

    // Also with the beginning left out, as code inside Downbeat may: Features.Songs.Song.
    [GeneratedRegex(@"\bDownbeat\.Features\.(?<room>\w+)|(?<![\w.])Features\.(?<room>\w+)|\bDownbeat\.(?<folder>(?!Features\b)\w+)")]
    private static partial Regex UseOfFolder();

    [GeneratedRegex(@"\bProcess\.Start\b|\bProcessStartInfo\b|\bnew Process\b|\bCliWrap\b|\bCli\.Wrap\b|\bFFMpeg(Core|Arguments)\b|\bFFProbe\b")]
    private static partial Regex StartsProcess();

    [GeneratedRegex(@"\bQuartz\.|\busing Quartz\b")]
    private static partial Regex NamesQuartz();

    [GeneratedRegex(@"\bNpgsql\b|\bNpgsql(Connection|Exception)\w*|\bPostgresException\b|\bMicrosoft\.Data\.Sqlite\b|\bSqlite(Connection|Exception)\w*|\bUse(Sqlite|Npgsql)\b")]
    private static partial Regex NamesProvider();

    [GeneratedRegex(@"(?<![\w.])(System\.IO\.)?(Directory\.[A-Z]\w*|File\.(Delete|Move|Copy|Replace)\b)|\bnew (DirectoryInfo|DriveInfo)\b|\bGetTemp(Path|FileName)\b|\bGetFolderPath\b")]
    private static partial Regex PlacesFiles();

    [GeneratedRegex(@"\.razor$|\.razor\.cs$|Endpoints\.cs$|Hub\.cs$")]
    private static partial Regex FacesTheOutside();

    [GeneratedRegex(@"\bStudioDb\b|\bIDbContextFactory\b|\bDbSet\b")]
    private static partial Regex TouchesDatabase();

    [GeneratedRegex(@"\basync void\b|\.Result\b(?!\s*=)|\.Wait\(|\bThread\.Sleep\b|\.GetAwaiter\(\)\.GetResult\(|\bglobal using\b")]
    private static partial Regex Blocks();

    // With nothing at all inside; a comment that says why makes it a decision.
    [GeneratedRegex(@"\bcatch\b[^{};]*\{\s*\}")]
    private static partial Regex SwallowsSilently();

    // Of any exception, comment or not.
    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\.)?Exception(\s+\w+)?\s*\)\s*)?\{\s*\}")]
    private static partial Regex SwallowsEverything();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|\bNotImplementedException\b")]
    private static partial Regex Undone();

    private static void AssertOnlyIn(Regex pattern, string folder, params string[] exceptions) =>
        AssertNone(
            from file in Sources
            where file.Folder != folder && !exceptions.Any(exception => file.Name.StartsWith(exception, StringComparison.Ordinal))
            from use in pattern.Matches(file.Code)
            select $"{file.At(use.Index)}: {use.Value}");

    private static void AssertNone(IEnumerable<string> offences)
    {
        string[] all = [.. offences];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    /// <param name="Name">Path below App, with slashes.</param>
    /// <param name="Folder">Folder of the order that it stands in: "Jobs", "Features/Songs", empty at the top.</param>
    /// <param name="Text">As written.</param>
    /// <param name="Code">The same length and lines, with comments blanked out, and texts too unless it is a page.</param>
    private sealed partial record SourceFile(string Name, string Folder, string Text, string Code)
    {
        public string Namespace => string.Join('.', ["Downbeat", .. Folder.Split('/', StringSplitOptions.RemoveEmptyEntries)]);

        public static SourceFile Read(string top, string path)
        {
            var name = Path.GetRelativePath(top, path).Replace('\\', '/');
            string[] folders = [.. name.Split('/').SkipLast(1)];
            var text = File.ReadAllText(path);
            var notCode = name.EndsWith(".razor", StringComparison.Ordinal) ? RazorComment() : CommentOrText();
            var code = notCode.Replace(text, match => Blank().Replace(match.Value, " "));
            return new(name, string.Join('/', folders.Take(folders is ["Features", ..] ? 2 : 1)), text, code);
        }

        public string At(int index) => $"{Name}:{Text.AsSpan(0, index).Count('\n') + 1}";

        [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->|(?<![:""'])//[^\n]*", RegexOptions.Singleline)]
        private static partial Regex RazorComment();

        [GeneratedRegex(""""//[^\n]*|/\*.*?\*/|"""+.*?"""+|@\$?"(""|[^"])*"|"(\\.|[^"\\\n])*"|'(\\[^']+|[^'\\])'"""", RegexOptions.Singleline)]
        private static partial Regex CommentOrText();

        [GeneratedRegex(@"[^\n]")]
        private static partial Regex Blank();
    }
}
