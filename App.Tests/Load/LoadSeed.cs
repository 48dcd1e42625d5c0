using System.Data.Common;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using Downbeat.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Downbeat.Tests.Load;

/// <summary>
/// Fills a studio: accounts by its API, one song with its clips by its API, and a great many of the same by SQL, over many owners. Each user of the load has <see cref="SongsEach"/> songs with
/// sound and waveform, the first <see cref="HeardEach"/> of them heard and the first <see cref="FilmedEach"/> with clips; one more has <see cref="ManySongs"/>.
/// </summary>
internal sealed class LoadSeed
{
    public const int SongsEach = 50;
    public const int HeardEach = 20;
    public const int FilmedEach = 4;
    public const int ClipsEach = 4;
    public const int Users = 128;

    /// <summary>Stems of the songs that are split, the first two of each user.</summary>
    public const int Stems = 4;
    private const int SplitEach = 2;
    private const int Others = 10_000;
    private const double SongSeconds = 180;

    // Kinds of identities, one for each table.
    private const int SongKind = 0x10;
    private const int JobKind = 0x11;
    private const int UserKind = 0x12;
    private const int FootageKind = 0x13;
    private const int ClipKind = 0x14;
    private const int StemSetKind = 0x18;

    private readonly List<Guid> templateClips = [];
    private readonly List<Guid> templateFootage = [];
    private Guid templateSong;
    private Guid templateOwner;

    private LoadSeed(long songs) => Songs = songs;

    /// <summary>All songs of all owners.</summary>
    public long Songs { get; }

    /// <summary>Songs of the one who has very many.</summary>
    public long ManySongs => Songs / 10;

    /// <summary>The users of the load.</summary>
    public List<LoadUser> People { get; } = [];

    /// <summary>The first account.</summary>
    public LoadUser Administrator => People[Users + 1];

    /// <summary>The one who has very many songs.</summary>
    public LoadUser Collector => People[Users];

    /// <summary>The song's file.</summary>
    public string SongFile { get; private set; } = "";

    /// <summary>A song of a user of the load.</summary>
    public static Guid SongOf(int user, int song) => RowCloner.Id(SongKind, ((long)user * SongsEach) + song);

    /// <summary>The job that listened to it.</summary>
    public static Guid JobOf(int user, int song) => RowCloner.Id(JobKind, ((long)user * SongsEach) + song);

    /// <summary>A clip of it.</summary>
    public static Guid ClipOf(int user, int song, int clip) => RowCloner.Id(ClipKind + clip, ((long)user * FilmedEach) + song);

    /// <summary>Makes the accounts and the templates on a studio that is new.</summary>
    /// <param name="studio">The studio.</param>
    /// <param name="songs">How many songs there will be.</param>
    /// <param name="isSplit">Whether some of them will be split, which takes as long as all else here.</param>
    public static async Task<LoadSeed> BeginAsync(ChildServer studio, long songs, bool isSplit)
    {
        var seed = new LoadSeed(songs);
        using var administrator = await ApiCaller.RegisterAsync(studio.Address);
        using var template = await ApiCaller.RegisterAsync(studio.Address);
        var callers = new ApiCaller[Users + 1];
        await Parallel.ForAsync(0, callers.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, _) => callers[i] = await ApiCaller.RegisterAsync(studio.Address));
        foreach (var caller in callers.Append(administrator))
        {
            seed.People.Add(await LoadUser.OfAsync(studio, caller));
        }

        await seed.MakeTemplatesAsync(template);
        if (isSplit)
        {
            await SplitAsync(template, seed.templateSong);
        }

        foreach (var caller in callers)
        {
            caller.Dispose();
        }

        return seed;
    }

    /// <summary>Fills the database and the files of a studio that stands still.</summary>
    public async Task FillAsync(string data, string? postgres)
    {
        await using DbConnection db = postgres is null ? new SqliteConnection($"Data Source={Path.Combine(data, "studio.db")}") : new NpgsqlConnection(postgres);
        await db.OpenAsync();
        var rows = new RowCloner(db, postgres is not null);
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await FillOwnersAsync(rows);
            await FillSongsAsync(rows);
            await FillClipsAsync(rows);
            await FillStemsAsync(rows);
            await transaction.CommitAsync();
        }

        await rows.RunAsync("ANALYZE");
        LinkFiles(Path.Combine(data, "files"));
    }

    private async Task MakeTemplatesAsync(ApiCaller template)
    {
        SongFile = await SmallMedia.MakeAsync(
            "load-song.mp3", "-f", "lavfi", "-i", $"aevalsrc='0.8*sin(2*PI*60*t)*exp(-18*mod(t,0.5))+0.2*sin(2*PI*440*t)*lt(mod(t,2),1)+0.2*sin(2*PI*523*t)*gte(mod(t,2),1)':s=44100:d={SongSeconds}");
        templateOwner = (await template.GetAsync("auth/me")).GetProperty("id").GetGuid();
        templateSong = Guid.Parse(await template.AddSongAsync(SongFile));
        for (var i = 0; i < ClipsEach; i++)
        {
            var clip = await SmallMedia.MakeAsync($"load-clip{i}.mp4", "-f", "lavfi", "-i", $"testsrc2=s=1920x1080:r=30:d={6 + i}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
            templateClips.Add((await template.UploadAsync($"songs/{templateSong}/clips", clip)).GetProperty("id").GetGuid());
        }

        var clips = (await template.GetAsync($"songs/{templateSong}/clips")).GetProperty("items").EnumerateArray().ToDictionary(clip => clip.GetProperty("id").GetGuid(), clip => clip.GetProperty("footageId").GetGuid());
        templateFootage.AddRange(templateClips.Select(clip => clips[clip]));
    }

    private static async Task SplitAsync(ApiCaller template, Guid song)
    {
        var job = (await template.PostAsync($"songs/{song}/stems", new { stems = Stems })).GetProperty("id").GetString();
        string? status;
        while ((status = (await template.GetAsync($"jobs/{job}")).GetProperty("status").GetString()) is "queued" or "running")
        {
            await Task.Delay(1000);
        }

        if (status != "succeeded")
        {
            throw new InvalidOperationException($"The template song could not be split: {await template.GetAsync($"jobs/{job}")}");
        }
    }

    private async Task FillOwnersAsync(RowCloner rows)
    {
        await rows.RunAsync($"CREATE TEMPORARY TABLE seed_owner (i bigint PRIMARY KEY, id {(rows.Literal(Guid.Empty).EndsWith("uuid", StringComparison.Ordinal) ? "uuid" : "text")})");
        for (var i = 0; i <= Users; i++)
        {
            await rows.RunAsync($"INSERT INTO seed_owner VALUES ({i}, {rows.Literal(People[i].Id)})");
        }

        const string Address = "'other' || n.i || '@example.org'";
        await rows.CloneAsync(
            "AspNetUsers", $"t.\"Id\" = {rows.Literal(templateOwner)}", 0, Others,
            ("Id", rows.IdOf(UserKind, "n.i")), ("Email", Address), ("UserName", Address), ("NormalizedEmail", $"upper({Address})"), ("NormalizedUserName", $"upper({Address})"));
        await rows.RunAsync($"WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {Others}) INSERT INTO seed_owner SELECT {Users + 1} + n.i, {rows.IdOf(UserKind, "n.i")} FROM n");
    }

    private async Task FillSongsAsync(RowCloner rows)
    {
        const long OfUsers = Users * SongsEach;
        var (song, job) = (rows.IdOf(SongKind, "n.i"), rows.IdOf(JobKind, "n.i"));
        var owner = $"(SELECT o.id FROM seed_owner o WHERE o.i = CASE WHEN n.i < {OfUsers} THEN n.i / {SongsEach} WHEN n.i < {OfUsers + ManySongs} THEN {Users} ELSE {Users + 1} + n.i % {Others} END)";
        var templateRow = $"t.\"Id\" = {rows.Literal(templateSong)}";
        await rows.CloneAsync(
            "Songs", templateRow, 0, Songs,
            ("Id", song), ("OwnerId", owner), ("AnalysisJobId", job), ("Title", "'Song ' || n.i"), ("CreatedAt", rows.Earlier("CreatedAt", "n.i % 10000000")));
        await rows.CloneAsync(
            "Jobs", $"t.\"SubjectId\" = {rows.Literal(templateSong)} AND t.\"Kind\" = 'Analysis'", 0, Songs,
            ("Id", job), ("OwnerId", owner), ("SubjectId", song), ("RootId", song), ("StepJson", rows.Renamed("StepJson", templateSong, song)), ("CreatedAt", rows.Earlier("CreatedAt", "n.i % 10000000")));
        await rows.CloneAsync(
            "Analyses", $"t.\"SongId\" = {rows.Literal(templateSong)}", 0, Users * HeardEach,
            ("SongId", rows.IdOf(SongKind, Heard)), ("Json", rows.Renamed("Json", templateSong, rows.IdOf(SongKind, Heard))));
    }

    // The song of the n-th analysis: the first ones of each user.
    private static string Heard => $"(n.i / {HeardEach} * {SongsEach} + n.i % {HeardEach})";

    private async Task FillClipsAsync(RowCloner rows)
    {
        for (var clip = 0; clip < ClipsEach; clip++)
        {
            const string OfUser = "(SELECT o.id FROM seed_owner o WHERE o.i = n.i)";
            await rows.CloneAsync(
                "Footage", $"t.\"Id\" = {rows.Literal(templateFootage[clip])}", 0, Users,
                ("Id", rows.IdOf(FootageKind + (clip << 8), "n.i")), ("OwnerId", OfUser));
            await rows.CloneAsync(
                "Clips", $"t.\"Id\" = {rows.Literal(templateClips[clip])}", 0, Users * FilmedEach,
                ("Id", rows.IdOf(ClipKind + clip, "n.i")), ("OwnerId", $"(SELECT o.id FROM seed_owner o WHERE o.i = n.i / {FilmedEach})"),
                ("SongId", rows.IdOf(SongKind, $"(n.i / {FilmedEach} * {SongsEach} + n.i % {FilmedEach})")), ("FootageId", rows.IdOf(FootageKind + (clip << 8), $"(n.i / {FilmedEach})")));
        }
    }

    // The rows alone, which are what a page is made from: its sound is fetched by the browser. None where the template is not split.
    private Task FillStemsAsync(RowCloner rows) => rows.CloneAsync(
        "StemSets", $"t.\"SongId\" = {rows.Literal(templateSong)}", 0, Users * SplitEach,
        ("Id", rows.IdOf(StemSetKind, "n.i")), ("OwnerId", $"(SELECT o.id FROM seed_owner o WHERE o.i = n.i / {SplitEach})"), ("SongId", rows.IdOf(SongKind, $"(n.i / {SplitEach} * {SongsEach} + n.i % {SplitEach})")));

    // The same bytes under all names: they cost no room, and each song is opened by its own path all the same.
    private void LinkFiles(string files)
    {
        for (var i = 0; i < Users * SongsEach; i++)
        {
            LinkFolder(files, $"songs/{templateSong:N}", $"songs/{RowCloner.Id(SongKind, i):N}");
        }

        for (var user = 0; user < Users; user++)
        {
            for (var clip = 0; clip < ClipsEach; clip++)
            {
                LinkFolder(files, $"footage/{templateFootage[clip]:N}", $"footage/{RowCloner.Id(FootageKind + (clip << 8), user):N}");
            }
        }
    }

    private static void LinkFolder(string files, string from, string to)
    {
        var target = Directory.CreateDirectory(Path.Combine(files, to)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(files, from)))
        {
            if (Link(file, Path.Combine(target, Path.GetFileName(file))) != 0)
            {
                throw new IOException($"{file} could not be linked into {target}.");
            }
        }
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi)]
    private static extern int Link(string from, string to);
}

/// <summary>Somebody whom the load speaks for.</summary>
/// <param name="Id">The account.</param>
/// <param name="Bearer">The header of a program.</param>
/// <param name="Cookie">The header of a browser.</param>
internal sealed record LoadUser(Guid Id, string Bearer, string Cookie)
{
    /// <summary>Signs the same account in as a browser too.</summary>
    public static async Task<LoadUser> OfAsync(ChildServer studio, ApiCaller caller)
    {
        var id = (await caller.GetAsync("auth/me")).GetProperty("id").GetGuid();
        using var answer = await studio.Http.PostAsJsonAsync(new Uri(studio.Address, "api/v1/auth/login?useCookies=true"), new { email = caller.Email, password = ApiCaller.Password });
        var cookies = answer.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        return new(id, $"Authorization: Bearer {caller.Token}", $"Cookie: {string.Join("; ", cookies)}");
    }
}
