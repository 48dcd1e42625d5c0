using System.Net;
using System.Security.Cryptography;
using Downbeat.E2E.Support;
using Downbeat.Tests.Http;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>The protocol line by line: what is said, and what is refused.</summary>
public sealed class TusProtocolTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31 % 251))];

    private Studio Studio => fixture.Studio;

    [Fact]
    public async Task The_studio_says_what_it_speaks()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        using var answer = await tus.SendAsync(HttpMethod.Options, "uploads");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        string Header(string name) => answer.Headers.GetValues(name).Single();
        Assert.Equal(("1.0.0", "1.0.0"), (Header("Tus-Resumable"), Header("Tus-Version")));
        Assert.Equal("creation,checksum,termination,expiration", Header("Tus-Extension"));
        Assert.Equal(($"{1024L << 20}", "sha1,sha256"), (Header("Tus-Max-Size"), Header("Tus-Checksum-Algorithm")));
    }

    [Fact]
    public async Task An_upload_says_where_it_is_and_how_long_it_is_kept()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var metadata = TusCaller.Metadata(("filename", "größer.mp3"), ("target", "song")) + ",is-mine";
        using var created = await tus.SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", "100000"), ("Upload-Metadata", metadata));
        Assert.Equal((HttpStatusCode.Created, "1.0.0"), (created.StatusCode, created.Headers.GetValues("Tus-Resumable").Single()));
        Assert.InRange(DateTimeOffset.Parse(created.Headers.GetValues("Upload-Expires").Single()), DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(25));
        var id = Guid.Parse(created.Headers.Location!.OriginalString["/api/v1/uploads/".Length..]);

        using var part = await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 1000));
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (part.StatusCode, part.Headers.GetValues("Upload-Offset").Single()));
        Assert.True(part.Headers.Contains("Upload-Expires"));

        using var head = await tus.HeadAsync(id);
        string Header(string name) => head.Headers.GetValues(name).Single();
        Assert.Equal(("1000", "100000", metadata, "no-store"), (Header("Upload-Offset"), Header("Upload-Length"), Header("Upload-Metadata"), Header("Cache-Control")));
        Assert.Null(head.Headers.Location);
    }

    [Theory]
    [InlineData("0.2.2")]
    [InlineData("")]
    public async Task Another_version_of_the_protocol_is_refused(string version)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(10);
        using var answer = await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 5), ("Tus-Resumable", version));
        Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Version").Single());
        Assert.Equal((412, "upload.version"), await TusCaller.ProblemAsync(answer));
        Assert.Equal(0, await tus.OffsetAsync(id));
    }

    [Theory]
    [InlineData(null, "filename c29uZw==,target c29uZw==", 400, "upload.header")]
    [InlineData("-1", "filename c29uZw==,target c29uZw==", 400, "upload.header")]
    [InlineData("1e3", "filename c29uZw==,target c29uZw==", 400, "upload.header")]
    [InlineData("99999999999999999999", "filename c29uZw==,target c29uZw==", 400, "upload.header")]
    [InlineData("10", "", 400, "upload.metadata")]
    [InlineData("10", "filename c29uZw==", 400, "upload.metadata")]
    [InlineData("10", "target c29uZw==,target c29uZw==", 400, "upload.metadata")]
    [InlineData("10", "target song!", 400, "upload.metadata")]
    [InlineData("10", "target c29uZw==,,", 400, "upload.metadata")]
    [InlineData("10", "target c29u Zw==", 400, "upload.metadata")]
    [InlineData("10", "target YXRvbQ==", 400, "request.field")] // atom
    [InlineData("10", "filename Li4vc29uZw==,target c29uZw==", 400, "request.file_name")] // ../song
    [InlineData("10", "target Y2xpcA==", 404, "song.not_found")] // clip
    [InlineData("10", "target Y2xpcA==,song Nw==", 400, "request.field")] // of song 7
    [InlineData("104857601", "filename c29uZw==,target c29uZw==", 413, "song.too_large")]
    [InlineData("0", "filename c29uZw==,target c29uZw==", 415, "media.empty")]
    public async Task What_cannot_be_begun_is_refused_before_a_byte_is_taken(string? length, string metadata, int status, string code)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        (string, string)[] headers = length is null ? [("Upload-Defer-Length", "1"), ("Upload-Metadata", metadata)] : [("Upload-Length", length), ("Upload-Metadata", metadata)];
        Assert.Equal((status, code), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Post, "uploads", null, headers)));
    }

    [Theory]
    [InlineData("999", 409, "upload.offset")]
    [InlineData("1001", 409, "upload.offset")]
    [InlineData("100000", 409, "upload.offset")]
    [InlineData("0", 409, "upload.offset")]
    [InlineData("-1", 400, "upload.header")]
    [InlineData("ten", 400, "upload.header")]
    [InlineData("", 400, "upload.header")]
    public async Task An_offset_that_lies_is_refused_and_changes_nothing(string offset, int status, string code)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(Bytes.Length);
        (await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 1000))).Dispose();
        using var content = TusCaller.Part(Bytes.AsMemory(1000, 500));
        Assert.Equal((status, code), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Patch, $"uploads/{id}", content, ("Upload-Offset", offset))));
        Assert.Equal(1000, await tus.OffsetAsync(id));
        Assert.Equal(Bytes[..1000], await File.ReadAllBytesAsync(TusCaller.PathOf(Studio, id), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_part_of_another_media_type_is_refused()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(10);
        using var content = new ByteArrayContent(Bytes[..5]);
        Assert.Equal((415, "upload.media_type"), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Patch, $"uploads/{id}", content, ("Upload-Offset", "0"))));
        Assert.Equal(0, await tus.OffsetAsync(id));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_part_is_kept_only_when_it_is_what_its_checksum_says(string algorithm)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(Bytes.Length);
        (await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 1000))).Dispose();
        string Sum(byte[] bytes) => $"{algorithm} {Convert.ToBase64String(CryptographicOperations.HashData(new(algorithm.ToUpperInvariant()), bytes))}";

        Assert.Equal((460, "upload.checksum_mismatch"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 1000, Bytes.AsMemory(1000, 500), ("Upload-Checksum", Sum(Bytes[..500])))));
        Assert.Equal(1000, await tus.OffsetAsync(id));

        using var good = await tus.PatchAsync(id, 1000, Bytes.AsMemory(1000, 500), ("Upload-Checksum", Sum(Bytes[1000..1500])));
        Assert.Equal((HttpStatusCode.NoContent, "1500"), (good.StatusCode, good.Headers.GetValues("Upload-Offset").Single()));
        Assert.Equal(Bytes[..1500], await File.ReadAllBytesAsync(TusCaller.PathOf(Studio, id), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1 AAAA")]
    [InlineData("sha256")]
    [InlineData("sha256 nonsense")]
    public async Task A_checksum_that_cannot_be_read_is_refused(string checksum)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(10);
        Assert.Equal((400, "upload.checksum"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 5), ("Upload-Checksum", checksum))));
        Assert.Equal(0, await tus.OffsetAsync(id));
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=")]
    public async Task Of_a_part_that_is_longer_than_the_rest_nothing_is_kept(bool isChunked, string checksum)
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(50_000);
        (await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 1000))).Dispose();
        (string, string)[] headers = [("Upload-Offset", "1000"), ("Transfer-Encoding", isChunked ? "chunked" : ""), ("Upload-Checksum", checksum)];
        using var content = TusCaller.Part(Bytes.AsMemory(1000));
        Assert.Equal((413, "upload.too_long"), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Patch, $"uploads/{id}", content, [.. headers.Where(header => header.Item2.Length > 0)])));
        Assert.Equal(1000, await tus.OffsetAsync(id));
        Assert.Equal(1000, new FileInfo(TusCaller.PathOf(Studio, id)).Length);
    }

    [Fact]
    public async Task A_part_whose_request_does_not_say_how_long_it_is_is_taken()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(Bytes.Length);
        using var answer = await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 50_000), ("Transfer-Encoding", "chunked"));
        Assert.Equal((HttpStatusCode.NoContent, "50000"), (answer.StatusCode, answer.Headers.GetValues("Upload-Offset").Single()));
    }

    [Fact]
    public async Task A_stopped_upload_is_gone_with_its_file()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        var id = await tus.OpenSongAsync(Bytes.Length);
        (await tus.PatchAsync(id, 0, Bytes.AsMemory(0, 1000))).Dispose();

        using var stopped = await tus.SendAsync(HttpMethod.Delete, $"uploads/{id}");
        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        Assert.False(File.Exists(TusCaller.PathOf(Studio, id)));
        Assert.Equal(HttpStatusCode.NotFound, (await tus.HeadAsync(id)).StatusCode);
        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 1000, Bytes.AsMemory(1000))));
        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Delete, $"uploads/{id}")));
    }

    [Fact]
    public async Task Uploads_of_others_are_not_there()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        using var stranger = await TusCaller.RegisterAsync(Studio);
        var song = (await Studio.AddSongsAsync(await tus.Caller.OwnerIdAsync(), 1))[0];
        var id = await tus.OpenSongAsync(Bytes.Length);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.HeadAsync(id)).StatusCode);
        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await stranger.PatchAsync(id, 0, Bytes)));
        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await stranger.SendAsync(HttpMethod.Delete, $"uploads/{id}")));
        var toTheirSong = ("Upload-Metadata", TusCaller.Metadata(("filename", "a.mp4"), ("target", "clip"), ("song", $"{song}")));
        Assert.Equal((404, "song.not_found"), await TusCaller.ProblemAsync(await stranger.SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", "10"), toTheirSong)));
        Assert.Equal(0, await tus.OffsetAsync(id));
    }

    [Fact]
    public async Task Who_has_all_songs_that_they_may_have_is_refused_before_a_byte_is_taken()
    {
        using var tus = await TusCaller.RegisterAsync(Studio);
        await Studio.AddSongsAsync(await tus.Caller.OwnerIdAsync(), 3);
        var metadata = ("Upload-Metadata", TusCaller.Metadata(("filename", "song.mp3"), ("target", "song")));
        Assert.Equal((409, "song.quota_reached"), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", "10"), metadata)));
    }

    [Fact]
    public async Task A_browser_shows_the_token_of_its_page()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        using var visitor = await Visitor.SignInAsync(Studio, caller);
        var token = await visitor.CsrfTokenAsync("songs");
        async Task<HttpStatusCode> OpenAsync(string shown)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/uploads");
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Length", "10");
            request.Headers.Add("Upload-Metadata", TusCaller.Metadata(("target", "song")));
            request.Headers.Add("X-CSRF-TOKEN", shown);
            return (await visitor.Http.SendAsync(request)).StatusCode;
        }

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Created), (await OpenAsync("nonsense"), await OpenAsync(token)));
    }
}
