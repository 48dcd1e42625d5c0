using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Uploads;
using Downbeat.Storage;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>Uploads that nobody goes on with.</summary>
public sealed class UploadExpiryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_that_is_abandoned_for_a_day_is_gone_with_its_file_and_one_that_goes_on_stays()
    {
        var clock = new HandClock();
        await using var studio = Studio.Start(services => services.AddSingleton<TimeProvider>(clock));
        using var tus = await TusCaller.RegisterAsync(studio);
        var (abandoned, goesOn) = (await tus.OpenSongAsync(1000), await tus.OpenSongAsync(1000));
        (await tus.PatchAsync(abandoned, 0, new byte[10])).Dispose();

        clock.Advance(TimeSpan.FromHours(23));
        await SignInAgainAsync(tus.Caller);
        (await tus.PatchAsync(goesOn, 0, new byte[10])).Dispose();
        clock.Advance(TimeSpan.FromHours(1));
        await SignInAgainAsync(tus.Caller);
        Assert.Equal(HttpStatusCode.NotFound, (await tus.HeadAsync(abandoned)).StatusCode);
        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await tus.PatchAsync(abandoned, 10, new byte[10])));

        await studio.Services.GetRequiredService<UploadDesk>().SweepAsync(clock.GetUtcNow(), Stop);

        Assert.False(File.Exists(TusCaller.PathOf(studio, abandoned)));
        Assert.Equal(10, await tus.OffsetAsync(goesOn));
        Assert.Equal([TusCaller.PathOf(studio, goesOn)], Directory.GetFiles(Path.GetDirectoryName(TusCaller.PathOf(studio, goesOn))!));
    }

    [Fact]
    public async Task A_start_removes_files_that_are_nobodys_and_keeps_what_can_go_on()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-uploads-");
        try
        {
            var uploads = Directory.CreateDirectory(Path.Combine(folder.FullName, "files", "uploads")).FullName;
            var files = (await AddUploadsAsync(folder.FullName)).Append(Guid.CreateVersion7()).Select(id => Path.Combine(uploads, $"{id:N}")).ToList();
            foreach (var file in files)
            {
                await File.WriteAllBytesAsync(file, [1], Stop);
            }

            await using (await Task.Run(() => Studio.Start(("DataDirectory", folder.FullName))))
            {
                Assert.Equal([true, false, false, false], files.Select(File.Exists));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Nobody_has_more_unfinished_uploads_than_are_allowed_and_finished_ones_do_not_count()
    {
        await using var studio = Studio.Start(("Uploads:UnfinishedPerUser", "2"));
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await File.ReadAllBytesAsync(await SmallMedia.SongAsync(), Stop);
        var (first, second) = (await tus.OpenSongAsync(file.Length), await tus.OpenSongAsync(4));
        var third = () => tus.SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", "4"), ("Upload-Metadata", TusCaller.Metadata(("target", "song"))));

        Assert.Equal((409, "upload.quota_reached"), await TusCaller.ProblemAsync(await third()));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(studio.DataDirectory, "files", "uploads")).Length);
        (await tus.PatchAsync(first, 0, file)).Dispose();
        Assert.Equal(415, (await TusCaller.ProblemAsync(await tus.PatchAsync(second, 0, "word"u8.ToArray()))).Status);

        var both = await Task.WhenAll(third(), third(), third());
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict], both.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_begins_no_upload()
    {
        await using var studio = Studio.Start(("Storage:DiskReserveMegabytes", "100000000"));
        using var tus = await TusCaller.RegisterAsync(studio);
        Assert.Equal((507, "storage.full"), await TusCaller.ProblemAsync(await tus.SendAsync(HttpMethod.Post, "uploads", null, ("Upload-Length", "4"), ("Upload-Metadata", TusCaller.Metadata(("target", "song"))))));
    }

    /// <summary>What a studio that ended leaves: an upload that can go on, one that has become something, and one that was abandoned.</summary>
    private static async Task<IReadOnlyList<Guid>> AddUploadsAsync(string folder)
    {
        var collection = new ServiceCollection().AddLogging();
        collection.AddData(new ConfigurationBuilder().Build(), new DataDirectory(folder));
        await using var services = collection.BuildServiceProvider();
        await DataFeature.MigrateAsync(services, CancellationToken.None);
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var user = new User { Id = Guid.CreateVersion7(), UserName = "somebody" };
        var now = DateTimeOffset.UtcNow;
        ResumableUpload[] uploads =
        [
            new() { OwnerId = user.Id, LengthBytes = 2, ExpiresAt = now.AddHours(1) },
            new() { OwnerId = user.Id, LengthBytes = 1, ExpiresAt = now.AddHours(1), Address = "/api/v1/songs/7" },
            new() { OwnerId = user.Id, LengthBytes = 2, ExpiresAt = now.AddHours(-1) },
        ];
        db.AddRange([user, .. uploads]);
        await db.SaveChangesAsync();
        return [.. uploads.Select(upload => upload.Id)];
    }

    /// <summary>Tokens do not last as long as the test.</summary>
    private static async Task SignInAgainAsync(ApiCaller caller)
    {
        var login = await (await caller.Http.PostAsJsonAsync("auth/login", new { email = caller.Email, password = ApiCaller.Password }, Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        caller.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("accessToken").GetString());
    }
}
