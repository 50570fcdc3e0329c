"""The product's addresses and the styleguide's, which otherwise need DEBUG."""

from resolutionflow import styleguide, urls

urlpatterns = [*urls.urlpatterns, *styleguide.urlpatterns]
