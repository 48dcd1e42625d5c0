using System.Text.RegularExpressions;
using Downbeat.Caching;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Compositions;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Http;

/// <summary>What an answer costs the database does not depend on how much there is to show.</summary>
public sealed partial class QueryCountTests(Studios studios)
{
    private const int Many = 40;

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task Programs_cost_the_same_queries_for_one_thing_and_for_forty(string database)
    {
        var studio = await studios.OnAsync(database);
        using var one = await ApiCaller.RegisterAsync(studio);
        using var many = await ApiCaller.RegisterAsync(studio);
        var (songOfOne, songOfMany) = (await FillAsync(studio, one, 1), await FillAsync(studio, many, Many));

        (string Path, int Items)[] paths =
        [
            ("songs?pageSize=100", Many), ("songs/{0}", 1), ("songs/{0}/clips?pageSize=100", Many), ("songs/{0}/clips/status", Many), ("songs/{0}/compositions?pageSize=100", Many),
            ("compositions?pageSize=100", Many), ("jobs?pageSize=100", 2 * Many), ("footage?pageSize=100", Many), ("footage?pageSize=100&search=film&tag=sea", Many),
        ];
        foreach (var (path, items) in paths)
        {
            var (few, _) = await QueriesAsync(one.Http, string.Format(path, songOfOne));
            var (all, text) = await QueriesAsync(many.Http, string.Format(path, songOfMany));
            Assert.True(few == all && few > 0, $"{path}: {few} queries for one, {all} for many");
            Assert.True(text.Split("\"createdAt\"").Length - 1 == items, $"{path} shows {items} items");
        }

        Assert.Equal(0, (await QueriesAsync(many.Http, $"songs/{songOfMany}/clips/status")).Queries);
        Assert.Equal(1, (await QueriesAsync(many.Http, $"songs/{songOfMany}/analysis")).Queries);
        Assert.Equal(0, (await QueriesAsync(many.Http, $"songs/{songOfMany}/analysis")).Queries);
    }

    /// <summary>
    /// What each address of the API that answers GET asks of the database while nothing is cached, and what each page does; those for administrators alone are left out. Whoever adds one says here what it costs.
    /// </summary>
    private static readonly (string Pattern, string Address, int Queries)[] Costs =
    [
        ("/auth/confirmEmail", "auth/confirmEmail", 0),
        ("/auth/manage/info", "auth/manage/info", 1),
        ("/auth/me", "auth/me", 2),
        ("/clips/generators", "clips/generators", 0),
        ("/clips/{id:guid}/thumbnail", "clips/{clip}/thumbnail", 1),
        ("/clips/{id:guid}/video", "clips/{clip}/video", 1),
        ("/compositions", "compositions", 1),
        ("/compositions/{id:guid}", "compositions/{composition}", 1),
        ("/compositions/{id:guid}/captions.srt", "compositions/{composition}/captions.srt", 1),
        ("/compositions/{id:guid}/captions.vtt", "compositions/{composition}/captions.vtt", 1),
        ("/compositions/{id:guid}/plan", "compositions/{composition}/plan", 1),
        ("/compositions/{id:guid}/poster", "compositions/{composition}/poster", 1),
        ("/compositions/{id:guid}/preview", "compositions/{composition}/preview", 2),
        ("/compositions/{id:guid}/sync", "compositions/{composition}/sync", 1),
        ("/compositions/{id:guid}/timeline.edl", "compositions/{composition}/timeline.edl", 6),
        ("/compositions/{id:guid}/timeline.fcpxml", "compositions/{composition}/timeline.fcpxml", 6),
        ("/compositions/{id:guid}/timeline.otio", "compositions/{composition}/timeline.otio", 6),
        ("/compositions/{id:guid}/video", "compositions/{composition}/video", 1),
        ("/encoders", "encoders", 0),
        ("/footage", "footage", 1),
        ("/footage/{id:guid}", "footage/{footage}", 1),
        ("/footage/{id:guid}/preview", "footage/{footage}/preview", 1),
        ("/footage/{id:guid}/thumbnail", "footage/{footage}/thumbnail", 1),
        ("/footage/{id:guid}/video", "footage/{footage}/video", 1),
        ("/jobs", "jobs", 1),
        ("/jobs/{id:guid}", "jobs/{job}", 1),
        ("/jobs/{id:guid}/log", "jobs/{job}/log", 1),
        ("/separators", "separators", 0),
        ("/songs", "songs", 1),
        ("/songs/{id:guid}", "songs/{song}", 1),
        ("/songs/{id:guid}/analysis", "songs/{song}/analysis", 1),
        ("/songs/{id:guid}/audio", "songs/{song}/audio", 1),
        ("/songs/{id:guid}/lyrics", "songs/{song}/lyrics", 1),
        ("/songs/{id:guid}/lyrics.{format:regex(^(lrc|srt|vtt|txt)$)}", "songs/{song}/lyrics.lrc", 2),
        ("/songs/{id:guid}/stems", "songs/{song}/stems", 2),
        ("/songs/{id:guid}/stems/{count:int}.zip", "songs/{song}/stems/4.zip", 2),
        ("/songs/{id:guid}/stems/{count:int}/mix", "songs/{song}/stems/4/mix", 1),
        ("/songs/{id:guid}/stems/{count:int}/mix.{format}", "songs/{song}/stems/4/mix.wav", 2),
        ("/songs/{id:guid}/stems/{count:int}/peaks", "songs/{song}/stems/4/peaks", 2),
        ("/songs/{id:guid}/stems/{count:int}/samples", "songs/{song}/stems/4/samples?start=0&end=1", 0),
        ("/songs/{id:guid}/stems/{count:int}/{name}.{format}", "songs/{song}/stems/4/bass.wav", 2),
        ("/songs/{id:guid}/waveform", "songs/{song}/waveform", 1),
        ("/songs/{songId:guid}/clips", "songs/{song}/clips", 2),
        ("/songs/{songId:guid}/clips/scene.jpg", "songs/{song}/clips/scene.jpg", 0),
        ("/songs/{songId:guid}/clips/status", "songs/{song}/clips/status", 1),
        ("/songs/{songId:guid}/compositions", "songs/{song}/compositions", 2),
        ("/songs/{songId:guid}/previews/{key:length(64)}", "songs/{song}/previews/0000000000000000000000000000000000000000000000000000000000000000", 1),
        ("/songs/{songId:guid}/timeline", "songs/{song}/timeline", 7),
        ("/songs/{songId:guid}/timeline/preview", "songs/{song}/timeline/preview", 7),
        ("/songs/{songId:guid}/watermarks", "songs/{song}/watermarks", 1),
        ("/songs/{songId:guid}/watermarks/{id:guid}", "songs/{song}/watermarks/{song}", 1),
        ("/transitions/{kind}/preview", "transitions/dissolve/preview", 0),
    ];

    private static readonly (string Page, int Queries)[] PageCosts =
    [
        ("songs", 3), ("songs/{song}", 3), ("songs/{song}/stems", 1), ("songs/{song}/timeline", 1), ("videos", 1), ("clips", 2),
        ("account/login", 0), ("account/register", 1), ("account/logout", 0), ("not-found", 0), ("error", 0),
    ];

    [Theory, MemberData(nameof(Databases))]
    public async Task Every_address_of_the_API_costs_what_is_said_of_it_for_one_thing_and_for_thirty(string database)
    {
        var studio = await studios.OnAsync(database);
        var caches = studio.Services.GetRequiredService<CacheRegions>();
        List<string> wrong = [];
        foreach (var count in (int[])[1, 30])
        {
            using var caller = await ApiCaller.RegisterAsync(studio);
            var ids = await IdsAsync(studio, caller, count);
            foreach (var (pattern, address, queries) in Costs)
            {
                // Of some the files or the analysis are not there: they have looked by then.
                await caches.ClearAllAsync();
                var answer = await caller.Http.GetAsync(Placed(address, ids));
                wrong.AddRange(queries == Count(answer) ? [] : [$"{pattern} sends {Count(answer)} queries, not {queries}, with {count}"]);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Every_page_costs_what_is_said_of_it_for_one_thing_and_for_thirty(string database)
    {
        var studio = await studios.OnAsync(database);
        var caches = studio.Services.GetRequiredService<CacheRegions>();
        List<string> wrong = [];
        foreach (var count in (int[])[1, 30])
        {
            using var caller = await ApiCaller.RegisterAsync(studio);
            var ids = await IdsAsync(studio, caller, count);
            using var visitor = await Visitor.SignInAsync(studio, caller);
            foreach (var (page, queries) in PageCosts)
            {
                await caches.ClearAllAsync();
                var answer = await visitor.Http.GetAsync(Placed(page, ids));
                wrong.AddRange(queries == Count(answer) ? [] : [$"/{page} sends {Count(answer)} queries, not {queries}, with {count}"]);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task The_cost_is_known_of_every_address_and_every_page()
    {
        var endpoints = (await studios.OnAsync("SQLite")).Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var api = endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && endpoint.RoutePattern.RawText?.StartsWith("/api/v1", StringComparison.Ordinal) == true)
            .Select(endpoint => endpoint.RoutePattern.RawText!["/api/v1".Length..].TrimEnd('/'));
        var pages = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null).Select(endpoint => endpoint.RoutePattern.RawText!.Trim('/').Replace("{SongId:guid}", "{song}", StringComparison.Ordinal));

        var addresses = api.Where(pattern => !pattern.StartsWith("/performance", StringComparison.Ordinal)).Distinct();
        var rooms = pages.Where(page => page.Length > 0 && !page.StartsWith("performance", StringComparison.Ordinal)).Distinct();

        Assert.Empty(addresses.Except(Costs.Select(cost => cost.Pattern)));
        Assert.Empty(rooms.Except(PageCosts.Select(cost => cost.Page)));
    }

    // One of each kind that the caller has, by the name of its place in an address.
    private static async Task<IReadOnlyDictionary<string, Guid>> IdsAsync(Studio studio, ApiCaller caller, int count)
    {
        var song = await FillAsync(studio, caller, count);
        var owner = await caller.OwnerIdAsync();
        await using var db = await studio.Contexts().CreateDbContextAsync();
        return new Dictionary<string, Guid>
        {
            ["{song}"] = song,
            ["{job}"] = await db.Jobs.Where(job => job.OwnerId == owner).Select(job => job.Id).FirstAsync(),
            ["{clip}"] = await db.Clips.Where(clip => clip.SongId == song).Select(clip => clip.Id).FirstAsync(),
            ["{footage}"] = await db.Footage.Where(footage => footage.OwnerId == owner).Select(footage => footage.Id).FirstAsync(),
            ["{composition}"] = await db.Compositions.Where(composition => composition.OwnerId == owner).Select(composition => composition.Id).FirstAsync(),
        };
    }

    private static string Placed(string address, IReadOnlyDictionary<string, Guid> ids) => ids.Aggregate(address, (placed, id) => placed.Replace(id.Key, $"{id.Value}", StringComparison.Ordinal));

    private static int Count(HttpResponseMessage answer) => int.Parse(Counted().Match(answer.Headers.GetValues("Server-Timing").Single()).Groups[1].Value);

    [Theory, MemberData(nameof(Databases))]
    public async Task Pages_cost_the_same_queries_for_one_thing_and_for_forty(string database)
    {
        var studio = await studios.OnAsync(database);
        using var one = await ApiCaller.RegisterAsync(studio);
        using var many = await ApiCaller.RegisterAsync(studio);
        var (songOfOne, songOfMany) = (await FillAsync(studio, one, 1), await FillAsync(studio, many, Many));
        using var visitorOfOne = await Visitor.SignInAsync(studio, one);
        using var visitorOfMany = await Visitor.SignInAsync(studio, many);

        foreach (var path in new[] { "songs", "songs/{0}", "videos", "clips" })
        {
            var (few, textOfFew) = await QueriesAsync(visitorOfOne.Http, string.Format(path, songOfOne));
            var (all, textOfAll) = await QueriesAsync(visitorOfMany.Http, string.Format(path, songOfMany));
            Assert.True(few == all && few > 0, $"{path}: {few} queries for one, {all} for many");
            Assert.Contains("Song 0", textOfFew, StringComparison.Ordinal);
            Assert.Contains("Song ", textOfAll, StringComparison.Ordinal);
        }
    }

    private static async Task<Guid> FillAsync(Studio studio, ApiCaller caller, int count)
    {
        var owner = await caller.OwnerIdAsync();
        var songs = await studio.AddSongsAsync(owner, count);
        await studio.AddClipsAsync(owner, songs[0], count);
        await studio.AddVideosAsync(owner, songs[0], count);
        var library = studio.Services.GetRequiredService<FootageLibrary>();
        foreach (var footage in await studio.AddFootageAsync(owner, songs[^1], [.. Enumerable.Range(0, count).Select(i => $"Film {i}")]))
        {
            await library.ChangeAsync(owner, footage, null, ["Sea"], CancellationToken.None);
        }

        return songs[0];
    }

    private static async Task<(int Queries, string Text)> QueriesAsync(HttpClient http, string path)
    {
        var answer = await http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {(int)answer.StatusCode}");
        return (Count(answer), await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("desc=\"([0-9]+) queries\"")]
    private static partial Regex Counted();
}
