using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;

namespace Downbeat.Http;

/// <summary>Settings section <c>RateLimits</c>: how fast one caller may ask. A caller is somebody who is signed in, else an address.</summary>
internal sealed record RateLimitOptions : IValidatableObject
{
    /// <summary>All requests, but for those that have a bucket of their own.</summary>
    public Bucket General { get; init; } = new() { Burst = 400, PerMinute = 6000 };

    /// <summary>Requests for a part of a file: a player that is dragged about sends many, and they cost little.</summary>
    public Bucket Media { get; init; } = new() { Burst = 1600, PerMinute = 24_000 };

    /// <summary>Requests that open or carry a live connection: of pages, and of programs that watch jobs. How many pages may be open is another setting.</summary>
    public Bucket Connections { get; init; } = new() { Burst = 300, PerMinute = 1200 };

    /// <summary>Requests that change something or begin work; they count as requests too.</summary>
    public Bucket Writes { get; init; } = new() { Burst = 100, PerMinute = 1200 };

    /// <summary>Registering, signing in and renewing tokens, for each address, so that nobody tries passwords or fills the studio with accounts.</summary>
    public Bucket SignIn { get; init; } = new() { Burst = 20, PerMinute = 10 };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from bucket in new (string Name, Bucket Value)[] { (nameof(General), General), (nameof(Media), Media), (nameof(Connections), Connections), (nameof(Writes), Writes), (nameof(SignIn), SignIn) }
        where bucket.Value is not { Burst: >= 1 and <= 1_000_000, PerMinute: >= 1 and <= 60_000_000 }
        select new ValidationResult($"RateLimits:{bucket.Name} must have a Burst from 1 to 1000000 and PerMinute from 1 to 60000000.");
}

/// <summary>A bucket of tokens: each request takes one.</summary>
internal sealed record Bucket
{
    /// <summary>Tokens that a full bucket holds.</summary>
    public int Burst { get; init; }

    /// <summary>Tokens that come back in a minute, evenly.</summary>
    public int PerMinute { get; init; }

    /// <summary>A full one. Whoever keeps it replenishes it.</summary>
    public RateLimiter Fill()
    {
        // Ten times a second, or as often as there is a whole token: that is how long a refused caller is told to wait.
        var tokens = Math.Max(1, PerMinute / 600);
        return new TokenBucketRateLimiter(new()
        {
            AutoReplenishment = false,
            TokenLimit = Burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromMinutes((double)tokens / PerMinute),
        });
    }
}
