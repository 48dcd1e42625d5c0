using System.Threading.RateLimiting;
using Downbeat.Telemetry;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Downbeat.Http;

/// <summary>How fast one caller may ask. Idle buckets are forgotten by the library, so that passers-by cost no memory.</summary>
internal static class RateLimits
{
    /// <summary>Name of the policy for endpoints that let somebody in.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Registers the buckets.</summary>
    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection("RateLimits")).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
        });
        services.AddOptions<RateLimiterOptions>().Configure((RateLimiterOptions limiter, IOptions<RateLimitOptions> options) =>
        {
            var limits = options.Value;
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, (Caller, bool)>(http => OfRequest(http, limits)),
                PartitionedRateLimiter.Create<HttpContext, Caller>(http => OfWrite(http, limits)));
            limiter.AddPolicy(SignIn, http => OfSignIn(http, limits));
        });
    }

    private static RateLimitPartition<(Caller, bool)> OfRequest(HttpContext http, RateLimitOptions limits)
    {
        // What a page loads beside itself; the number of its circuits is limited elsewhere.
        if (http.Request.Path.StartsWithSegments("/_blazor") || http.Request.Path.StartsWithSegments("/_framework"))
        {
            return RateLimitPartition.GetNoLimiter((default(Caller), false));
        }

        var isPart = HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.Range.Count > 0;
        var bucket = isPart ? limits.Media : limits.General;
        return RateLimitPartition.Get((Caller.Of(http), isPart), _ => bucket.Fill());
    }

    private static RateLimitPartition<Caller> OfWrite(HttpContext http, RateLimitOptions limits) =>
        http.Request.Path.StartsWithSegments("/api") && !IsRead(http.Request.Method)
            ? RateLimitPartition.Get(Caller.Of(http), _ => limits.Writes.Fill())
            : RateLimitPartition.GetNoLimiter(default(Caller));

    // Also for somebody who is signed in already: an account of one's own is no way to try the passwords of others.
    private static RateLimitPartition<UInt128> OfSignIn(HttpContext http, RateLimitOptions limits) =>
        IsRead(http.Request.Method)
            ? RateLimitPartition.GetNoLimiter(UInt128.MaxValue)
            : RateLimitPartition.Get(Caller.NetworkOf(http.Connection.RemoteIpAddress), _ => limits.SignIn.Fill());

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken stop)
    {
        Refusals.Count("request.too_many");
        var http = context.HttpContext;
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)) : 1;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = $"{wait}";
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            var documents = http.RequestServices.GetRequiredService<IProblemDetailsService>();
            await documents.WriteAsync(new() { HttpContext = http, ProblemDetails = { Status = StatusCodes.Status429TooManyRequests } });
            return;
        }

        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync($"Too many requests from here. Wait {wait} s and load the page again.", stop);
    }
}
